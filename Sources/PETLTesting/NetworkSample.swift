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
    var stream = RandomGenerator(seed: seed).split("batch", Int(batch))
    let pass = ForwardPass(
      isTraining: true, images: images, generator: RandomGenerator(seed: seed),
      recordsInputs: regularizer.needs.contains(.inputs))
    let set = AdapterSet(entries)
    let inputs = entries.map { _ in
      Tensor(stream.normal(images * tokens * 7), shape: [images * tokens, 7])
    }
    var changes = entries.map { _ in Tensor(0) }
    for index in order ?? Array(entries.indices) {
      let entry = entries[index]
      let output = Tensor.zeros([images * tokens, 6])
      changes[index] =
        set.update(entry.site.kind, entry.site.layer, x: inputs[index], output: output, in: pass)
        .map { output.adding([$0]) } ?? output
    }
    let outputs = zip(entries, inputs).map { entry, x in
      x.matmul(weights[entry.site.name] ?? .zeros([6, 7]), transposingOther: true)
    }
    let head = Tensor(stream.normal(5 * 6), shape: [5, 6])
    func answers(_ parts: [Tensor]) -> NetworkAnswers {
      let features = parts.dropFirst().reduce(parts[0], +).reshaped([images, tokens, 6])
        .mean(over: [1])
      return NetworkAnswers(features: [features]) { features.linear(weight: head, bias: nil) }
    }
    let references = Dictionary(
      regularizer.references.enumerated().map { number, path in
        (path, factors(of: number))
      }, uniquingKeysWith: { first, _ in first })
    let context = StepContext(
      moment: TrainingMoment(stage: "sample", step: 3, stepsPerEpoch: 2, epochs: 4), adapters: set,
      pass: pass,
      frozen: FrozenWeights(generator: RandomGenerator(seed: seed)) { [weights] in
        weights[$0.name]
      },
      answers: answers(zip(outputs, changes).map { $0 + $1 }), labels: [1, 0, 4],
      frozenAnswers: answers(outputs), startingWeights: [backbone], references: references,
      generator: RandomGenerator(seed: seed))
    return context.penalty(of: regularizer, label: "sample")
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
