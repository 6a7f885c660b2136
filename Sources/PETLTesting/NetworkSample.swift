import PETL

/// A small network of three sites with adapters, as regularizers see it in one step.
final class NetworkSample {
  /// What is attached to the sites.
  enum Kind {
    /// Linear, of rank 4.
    case lowRank
    /// A vector that is added, which does not decompose.
    case bias
  }

  /// The sites with their adapters.
  let entries: [AdapterSet.Entry]
  /// A weight of the backbone that is trained, and what it was.
  let backbone: (name: String, parameter: Parameter, start: Tensor)
  private let seed: UInt64
  private let weights: [String: Tensor]
  private let images = 3
  private let tokens = 4

  /// Makes a network whose adapters have random values.
  init(_ kind: Kind = .lowRank, seed: UInt64) throws {
    self.seed = seed
    var stream = RandomGenerator(seed: seed).split("network")
    func random(_ shape: [Int]) -> Tensor {
      Tensor(stream.normal(shape.reduce(1, *)), shape: shape)
    }
    let places: [(AdaptationSite.Kind, Int)] = [(.query, 0), (.value, 0), (.query, 1)]
    var weights: [String: Tensor] = [:]
    entries = places.map { kindOfSite, layer in
      let site = AdaptationSite(
        kind: kindOfSite, layer: layer, inputWidth: 7, outputWidth: 6,
        grid: TokenGrid(rows: 1, columns: 3, prefixTokens: 1))
      weights[site.name] = random([6, 7])
      let adapter: any Adapter =
        switch kind {
        case .lowRank: SampleLowRank(down: random([4, 7]), up: random([4, 6]))
        case .bias: SampleBias(random([6]))
        }
      return AdapterSet.Entry(site: site, adapter: adapter)
    }
    self.weights = weights
    let start = random([2, 5])
    backbone = ("norm.weight", Parameter("weight", start + random([2, 5])), start)
  }

  /// Everything that is trained, by name.
  var parameters: [(name: String, parameter: Parameter)] {
    AdapterSet(entries).parameters + [(backbone.name, backbone.parameter)]
  }

  /// The value of a regularizer in a step on a random batch.
  ///
  /// - Parameters:
  ///   - regularizer: what is asked.
  ///   - order: of the sites in the forward pass; nil for that of the network.
  ///   - batch: which random batch.
  /// - Returns: a differentiable scalar.
  func penalty(
    of regularizer: any Regularizer, order: [Int]? = nil, batch: UInt64 = 0
  ) -> Tensor {
    let draws = Draws(self, batch)
    let passed = passed(regularizer, draws, 0..<images, order: order)
    return context(
      regularizer, records: passed.pass.records, figures: passed.pass.figures,
      answers: draws.answers(passed.adapted), frozen: draws.answers(passed.frozen)
    ).penalty(of: regularizer, label: "sample")
  }

  /// The value, and its gradient, in a step whose batch goes through the network in parts.
  ///
  /// - Parameters:
  ///   - regularizer: what is asked.
  ///   - sizes: the images of each part.
  /// - Returns: the same as of the whole batch, up to rounding.
  func penalty(
    of regularizer: any Regularizer, inPartsOf sizes: [Int]
  ) -> (value: Float, gradients: Gradients) {
    let draws = Draws(self, 0)
    var first = 0
    let passes = sizes.map { count in
      defer { first += count }
      return passed(regularizer, draws, first..<first + count, order: nil)
    }
    let parts = passes.map { PassedPart($0.pass, features: [$0.adapted]) }
    let whole = JoinedBatch(parts, like: parts[0], exchange: SingleProcessExchange())
    let frozen = Tensor.concatenated(passes.map(\.frozen), axis: 0)
    let value = context(
      regularizer, records: whole.records, figures: FigureLog(),
      answers: NetworkAnswers(joining: { whole.features }) { draws.answers($0[0]).logits },
      frozen: draws.answers(frozen)
    ).penalty(of: regularizer, label: "sample")
    let joint = value.backward(keepingGraph: true)
    var gradients = joint.restricted(to: parameters.map(\.parameter.value))
    for (number, part) in parts.enumerated() {
      if let sum = whole.sum(of: joint, into: part, number: number) {
        gradients.add(sum.backward())
      }
    }
    return (value.item, gradients)
  }

  /// What is drawn for a random batch.
  private struct Draws {
    let inputs: [Tensor]
    let head: Tensor

    init(_ sample: NetworkSample, _ batch: UInt64) {
      var stream = RandomGenerator(seed: sample.seed).split("batch", Int(batch))
      let rows = sample.images * sample.tokens
      inputs = sample.entries.map { _ in Tensor(stream.normal(rows * 7), shape: [rows, 7]) }
      head = Tensor(stream.normal(5 * 6), shape: [5, 6])
    }

    func answers(_ features: Tensor) -> NetworkAnswers {
      NetworkAnswers(features: [features]) { features.linear(weight: head, bias: nil) }
    }
  }

  /// Lets some images of a batch go through the network, with adapters and without.
  private func passed(
    _ regularizer: any Regularizer, _ draws: Draws, _ range: Range<Int>, order: [Int]?
  ) -> (pass: ForwardPass, adapted: Tensor, frozen: Tensor) {
    let pass = ForwardPass(
      isTraining: true, images: range.count, generator: RandomGenerator(seed: seed),
      recordsSubspaces: true, recordsInputs: regularizer.needs.contains(.inputs),
      recomputesBlocks: false, place: BatchPlace(first: range.lowerBound, of: images))
    let set = AdapterSet(entries)
    let inputs = draws.inputs.map {
      $0.sliced(axis: 0, range.lowerBound * tokens..<range.upperBound * tokens)
    }
    var changes = entries.map { _ in Tensor(0) }
    for index in order ?? Array(entries.indices) {
      let entry = entries[index]
      let output = Tensor.zeros([range.count * tokens, 6])
      changes[index] =
        set.update(entry.site.kind, entry.site.layer, x: inputs[index], output: output, in: pass)
        .map { output.adding([$0]) } ?? output
    }
    let outputs = zip(entries, inputs).map { entry, x in
      x.matmul(weights[entry.site.name] ?? .zeros([6, 7]), transposingOther: true)
    }
    func features(_ parts: [Tensor]) -> Tensor {
      parts.dropFirst().reduce(parts[0], +).reshaped([range.count, tokens, 6]).mean(over: [1])
    }
    return (pass, features(zip(outputs, changes).map { $0 + $1 }), features(outputs))
  }

  private func context(
    _ regularizer: any Regularizer, records: [SiteRecord], figures: FigureLog,
    answers: NetworkAnswers, frozen: NetworkAnswers
  ) -> StepContext {
    let references = Dictionary(
      regularizer.references.enumerated().map { number, path in
        (path, factors(of: number))
      }, uniquingKeysWith: { first, _ in first })
    return StepContext(
      moment: TrainingMoment(stage: "sample", step: 3, stepsPerEpoch: 2, epochs: 4),
      adapters: AdapterSet(entries), records: records, figures: figures,
      frozen: FrozenWeights(generator: RandomGenerator(seed: seed)) { [weights] in
        weights[$0.name]
      },
      answers: answers, labels: [1, 0, 4], frozenAnswers: frozen, startingWeights: [backbone],
      references: references, generator: RandomGenerator(seed: seed))
  }

  /// Random factors of rank 2 at every site.
  private func factors(of number: Int) -> [String: ReferenceFactors] {
    var stream = RandomGenerator(seed: seed).split("reference", number)
    return Dictionary(
      uniqueKeysWithValues: entries.map { entry in
        (
          entry.site.name,
          ReferenceFactors(
            directions: Tensor(stream.normal(14), shape: [2, 7]),
            basis: Tensor(stream.normal(12), shape: [2, 6]))
        )
      })
  }
}

/// ΔH = x Aᵀ B.
private final class SampleLowRank: SubspaceDecomposable {
  private let down: Parameter
  private let up: Parameter
  var parameters: [Parameter] { [down, up] }

  init(down: Tensor, up: Tensor) {
    (self.down, self.up) = (Parameter("lora_A", down), Parameter("lora_B", up))
  }

  convenience init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    self.init(down: .zeros([4, site.inputWidth]), up: .zeros([4, site.outputWidth]))
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.matmul(down.value, transposingOther: true), basis: up.value,
      directions: down.value, images: pass.images)
  }

  func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down.value, up.value) }
  var factorParameters: (directions: Parameter, basis: Parameter)? { (down, up) }
}

/// ΔH = a vector.
private final class SampleBias: Adapter {
  private let bias: Parameter
  var parameters: [Parameter] { [bias] }

  init(_ value: Tensor) { bias = Parameter("bias", value, decays: false) }

  convenience init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    self.init(.zeros([site.outputWidth]))
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    bias.value.broadcast(to: [x.shape[0], bias.value.count])
  }
}
