import PETL
import PETLPlugins
import TestSupport
import Testing

/// What `Tests/Fixtures/make_context_regularizers.py` wrote: values by their equations in PyTorch.
struct ContextRegularizerCase: Decodable, Sendable, CustomTestStringConvertible {
  let regularizer: String
  let options: String
  let tunes: Bool
  let value: Double
  let gradients: [String: FixtureTensor]

  var testDescription: String { "\(regularizer) {\(options)}\(tunes ? " of weights" : "")" }

  /// The one step that all cases are of.
  struct Step: Decodable, Sendable {
    let images: Int
    let sites: [Site]
    let features, thenFeatures, logits, thenLogits: FixtureTensor
    let weights, starts: [FixtureTensor]
  }

  struct Site: Decodable, Sendable {
    let kind: String
    let layer: Int
    let a, b, x, w: FixtureTensor
    let references: [Factors]
  }

  struct Factors: Decodable, Sendable {
    let a, b: FixtureTensor
  }

  struct Content: Decodable {
    let step: Step
    let cases: [ContextRegularizerCase]
  }

  /// The file, read once.
  static let all = requiredFixture("context_regularizers.json", as: Content.self)
}

extension ContextRegularizerCase.Step {
  /// The value of a regularizer, and the leaves of its graph by name.
  ///
  /// - Parameters:
  ///   - regularizer: what is asked.
  ///   - tunes: whether there are trained weights, and no sites.
  ///   - seed: of the regularizer's stream.
  /// - Returns: a scalar with its graph.
  /// - Throws: when the file lacks something.
  func penalty(
    of regularizer: any Regularizer, tunes: Bool = false, seed: UInt64 = 3
  ) throws -> (value: Tensor, leaves: [String: Tensor]) {
    var leaves = [
      "features": features.tensor.differentiable(), "logits": logits.tensor.differentiable(),
    ]
    let own = tunes ? [] : sites
    let pass = ForwardPass(isTraining: true, images: images, generator: RandomGenerator(seed: 1))
    var maps: [String: Tensor] = [:]
    var references: [String: [String: ReferenceFactors]] = [:]
    let entries = try own.enumerated().map { index, place in
      let adapter = Factored(place.a.tensor, place.b.tensor)
      let site = AdaptationSite(
        kind: try #require(AdaptationSite.Kind(rawValue: place.kind)), layer: place.layer,
        inputWidth: place.a.shape[1], outputWidth: place.b.shape[1],
        grid: TokenGrid(rows: 1, columns: 4, prefixTokens: 1))
      (leaves["a\(index)"], leaves["b\(index)"]) = (adapter.a.value, adapter.b.value)
      maps[site.name] = place.w.tensor
      for (number, factors) in place.references.enumerated() {
        references["r\(number)", default: [:]][site.name] = ReferenceFactors(
          directions: factors.a.tensor, basis: factors.b.tensor)
      }
      return AdapterSet.Entry(site: site, adapter: adapter)
    }
    let set = AdapterSet(entries)
    for (entry, place) in zip(entries, own) {
      _ = set.update(
        entry.site.kind, entry.site.layer, x: place.x.tensor,
        output: .zeros([place.x.shape[0], entry.site.outputWidth]), in: pass)
    }
    let trained = zip(weights, starts).map { (Parameter("w", $0.tensor), $1.tensor) }
    for (index, entry) in trained.enumerated() { leaves["weight\(index)"] = entry.0.value }
    func answers(_ features: Tensor?, _ logits: Tensor?) throws -> NetworkAnswers {
      let scores = try #require(logits)
      return NetworkAnswers(features: [try #require(features)]) { scores }
    }
    let context = StepContext(
      moment: TrainingMoment(stage: "golden", step: 0, stepsPerEpoch: 1, epochs: 1), adapters: set,
      pass: pass, frozen: FrozenWeights(generator: RandomGenerator(seed: 2)) { maps[$0.name] },
      answers: try answers(leaves["features"], leaves["logits"]),
      frozenAnswers: try answers(thenFeatures.tensor, thenLogits.tensor),
      startingWeights: tunes ? trained.map { ("w", $0, $1) } : [], references: references,
      generator: RandomGenerator(seed: seed))
    return (context.penalty(of: regularizer, label: "golden"), leaves)
  }
}

/// ΔH = x Aᵀ B.
private final class Factored: SubspaceDecomposable {
  let a: Parameter
  let b: Parameter
  var parameters: [Parameter] { [a, b] }

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Parameter("lora_A", a), Parameter("lora_B", b))
  }

  convenience init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    self.init(.zeros([1, site.inputWidth]), .zeros([1, site.outputWidth]))
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: a.value), basis: b.value, directions: a.value,
      images: pass.images)
  }

  func linearFactors() -> (directions: Tensor, basis: Tensor)? { (a.value, b.value) }
}
