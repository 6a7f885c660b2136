import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// What `make_adapters.py` and its neighbours in Tests/Fixtures wrote: adapters by their equations in PyTorch,
/// and by peft.
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Site: Decodable, Sendable {
    let kind: String
    let layer: Int
    let inputs: Int
    let outputs: Int
    let heads: Int
    /// The rows and columns of its grid of tokens, and the tokens before it.
    let grid: [Int]?
  }

  let adapter: String
  let options: String
  let name: String
  let site: Site
  let parameters: [String: FixtureTensor]
  let weight: FixtureTensor?
  let bias: FixtureTensor?
  let x: FixtureTensor
  let upstream: FixtureTensor
  let output: FixtureTensor
  let gradients: [String: FixtureTensor?]
  /// Whether there is a ΔW; nil for yes.
  let isLinear: Bool?

  var testDescription: String { "\(adapter): \(name)" }

  private struct Content: Decodable {
    let cases: [GoldenCase]
  }

  /// The files, read once.
  static let all = ["adapters.json", "vision.json", "multiplicative.json", "lowrank.json"].flatMap {
    requiredFixture($0, as: Content.self).cases
  }
}

@Suite("Golden values of the adapters")
struct GoldenTests {
  /// The adapter with the case's parameters, as a recipe makes it.
  private func adapter(_ golden: GoldenCase) throws -> any Adapter {
    let plugin = try #require(MatrixTests.registry).adapter(named: golden.adapter)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(golden.options)}", name: "options"), section: "options")
    guard case .adapters(let attachment) = plugin.read(reader) else {
      throw DiagnosticError("\(golden.adapter) is attached to no site")
    }
    try reader.throwIfInvalid()
    let kind = try #require(AdaptationSite.Kind(rawValue: golden.site.kind))
    let site = AdaptationSite(
      kind: kind, layer: golden.site.layer, inputWidth: golden.site.inputs,
      outputWidth: golden.site.outputs, heads: golden.site.heads,
      grid: golden.site.grid.map {
        TokenGrid(rows: $0[0], columns: $0[1], prefixTokens: $0[2])
      })
    let adapter = try #require(
      try attachment.attach([site], RandomGenerator(seed: 1)).first
    ).adapter
    if let weight = golden.weight?.tensor, let bias = golden.bias?.tensor {
      (adapter as? any WeightBinding)?.bind(weight: weight, bias: bias)
    }
    #expect(Set(adapter.parameters.map(\.name)) == Set(golden.parameters.keys))
    for parameter in adapter.parameters {
      let value = try #require(golden.parameters[parameter.name])
      try #require(parameter.value.shape == value.shape, "\(parameter.name)")
      parameter.update(to: value.values)
    }
    return adapter
  }

  private func pass(_ golden: GoldenCase) -> ForwardPass {
    ForwardPass(isTraining: true, images: 3, generator: RandomGenerator(seed: 1))
  }

  private func distance(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    let size = b.values.map(abs).max() ?? 0
    let worst = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
    return worst / max(size, 1e-6)
  }

  @Test("Output and gradients are PyTorch's", arguments: GoldenCase.all)
  func values(_ golden: GoldenCase) throws {
    let adapter = try adapter(golden)
    let x = golden.x.tensor.differentiable()
    let y =
      (adapter as? any PromptAdapter)?.prompts(in: pass(golden))
      ?? adapter.delta(of: x, in: pass(golden))
    let distance = distance(y, golden.output.tensor)
    #expect(distance < 2e-5)
    let gradients = y.backward(from: golden.upstream.tensor)
    for (name, expected) in golden.gradients {
      let leaf = name == "x" ? x : adapter.parameters.first { $0.name == name }?.value
      let found = gradients[try #require(leaf, "\(name)")]
      guard let expected else {
        #expect(found == nil, "\(name)")
        continue
      }
      let isZero = expected.values.allSatisfy { $0 == 0 }
      if isZero, found == nil { continue }
      let error = self.distance(try #require(found, "\(name)"), expected.tensor)
      #expect(error < 5e-5, "\(name)")
    }
  }

  /// Whatever is linear folds into its map: the weight and bias with what is merged give what the map and
  /// the adapter give.
  @Test("Merging into the map changes nothing", arguments: GoldenCase.all)
  func merging(_ golden: GoldenCase) throws {
    let adapter = try adapter(golden)
    guard !(adapter is any PromptAdapter) else { return }
    if golden.isLinear == false {
      #expect(adapter.mergedDelta() == nil)
      return
    }
    let merged = try #require(adapter.mergedDelta())
    let (x, width) = (golden.x.tensor, golden.site.outputs)
    var stream = RandomGenerator(seed: 2)
    let isSequential = adapter.placement == .sequential
    let inputs = isSequential ? 7 : golden.site.inputs
    let weight =
      golden.weight?.tensor ?? Tensor(stream.normal(width * inputs), shape: [width, inputs])
    let bias = golden.bias?.tensor ?? Tensor(stream.normal(width))
    let input = isSequential ? Tensor(stream.normal(9 * inputs), shape: [9, inputs]) : x
    let y = input.linear(weight: weight, bias: bias)
    let expected = y + adapter.delta(of: isSequential ? y : input, in: pass(golden))
    let delta = adapter.mergedBias() ?? .zeros([width])
    // x W' + b' with W' = W + ΔW, or (I + ΔW) W after the map.
    let folded =
      isSequential
      ? input.linear(
        weight: weight + merged.matmul(weight),
        bias: bias + merged.matmul(bias.reshaped([width, 1])).reshaped([width]) + delta)
      : input.linear(weight: weight + merged, bias: bias + delta)
    let error = distance(folded, expected)
    #expect(error < 2e-5)
  }
}
