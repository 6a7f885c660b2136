import PETL
import TestSupport
import Testing

// A regularizer of a recipe, complete: from here to the end of `Overlap`, 13 lines.
struct OverlapOptions: PluginOptions {
  var exponent = 2.0
  mutating func visit(_ options: OptionReader) {
    options.number("exponent", &exponent, in: 1...4, help: "the power of |ρ|")
  }
}

struct Overlap: RedundancyRegularizer {
  let options: OverlapOptions
  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.coefficientGram.correlation().offDiagonalMean(exponent: options.exponent)
  }
}

final class Bias: Adapter {
  let parameters: [Parameter]
  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    parameters = [Parameter("bias", .zeros([site.outputWidth]), decays: false)]
  }
  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    parameters[0].value.broadcast(to: [x.shape[0], parameters[0].value.count])
  }
}

private struct Biases: WeightTuning {
  static let descriptor = PluginDescriptor(name: "bias", summary: "", source: "")
  init(options: NoOptions) {}
  func trains(_ weight: BackboneWeight) -> Bool { weight.name.hasSuffix(".bias") }
}

struct PluginRegistryTests {
  private func registry() throws -> PluginRegistry {
    try PluginRegistry(adapters: [Bias.self], regularizers: [Overlap.self])
  }

  @Test func aRegularizerWorksFromARecipe() throws {
    let plugin = try registry().regularizer(named: "overlap")
    #expect(plugin.options.map(\.name) == ["exponent"])
    let reader = OptionReader(options("exponent: 1"), section: "regularizers.0")
    let make = plugin.read(reader)
    reader.finish()
    try reader.throwIfInvalid()
    let s = Tensor([1, 1, 0, 1, 1, 0, 0, 1], shape: [4, 2])
    let subspaces = Subspaces(coefficients: s, basis: .ones([2, 3]), images: 2)
    let made = try #require(try make() as? any RedundancyRegularizer)
    let value = made.penalty(on: subspaces).item
    #expect(abs(value - 1 / Float(6).squareRoot()) < 1e-6)
  }

  @Test func itsMistakesHaveAPlace() throws {
    let plugin = try registry().regularizer(named: "overlap")
    let reader = OptionReader(options("exponent: 9\nexponnent: 1"), section: "regularizers.0")
    _ = plugin.read(reader)
    reader.finish()
    #expect(
      printed(reader) == """
        o:1:11: error: 'regularizers.0.exponent' must be from 1 to 4, found the integer 9
         1 | exponent: 9
           |           ^
        o:2:1: error: unknown key 'exponnent' in 'regularizers.0'
         2 | exponnent: 1
           | ^~~~~~~~~
          did you mean 'exponent'?
        """)
  }

  @Test func anAdapterIsMadeThroughTheRegistry() throws {
    let plugin = try registry().adapter(named: "bias")
    #expect(!plugin.isDecomposable)
    #expect(plugin.options.isEmpty)
    #expect(plugin.supportedSites == AdaptationSite.Kind.linear)
    let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 4, outputWidth: 6)
    guard case .adapters(let attachment) = plugin.read(OptionReader(describing: "adapter")) else {
      Issue.record("an adapter is attached to sites")
      return
    }
    #expect(attachment.defaultSites == [.query, .value])
    let entries = try attachment.attach([site], RandomGenerator(seed: 1))
    #expect(entries.map(\.site) == [site])
    #expect(entries.flatMap(\.adapter.parameters).map(\.value.shape) == [[6]])
  }

  @Test func twoPluginsOfAName() {
    let error = #expect(throws: DiagnosticError.self) {
      try PluginRegistry(adapters: [], regularizers: [Overlap.self, Overlap.self])
    }
    #expect(
      error?.description == """
        error: two regularizers are named 'overlap'
          give one of them another name in its descriptor
        """)
  }

  @Test func aTuningNamedLikeAnAdapter() throws {
    let error = #expect(throws: DiagnosticError.self) {
      try PluginRegistry(adapters: [Bias.self], tunings: [Biases.self], regularizers: [])
    }
    #expect(
      error?.description == """
        error: two adapters are named 'bias'
          give one of them another name in its descriptor
        """)
    let alone = try PluginRegistry(adapters: [], tunings: [Biases.self], regularizers: [])
    #expect(alone.adapters.map(\.descriptor.name) == ["bias"])
  }

  @Test func anUnknownNameListsTheKnownAndTheNearest() throws {
    let registry = try registry()
    let source = SourceText(name: "recipe.yaml", text: "type: overlapp")
    let span = SourceSpan(source: source, line: 1, column: 7, length: 8)
    let near = #expect(throws: DiagnosticError.self) {
      try registry.regularizer(named: "overlapp", at: span)
    }
    #expect(
      near?.description == """
        recipe.yaml:1:7: error: there is no regularizer 'overlapp'
         1 | type: overlapp
           |       ^~~~~~~~
          did you mean 'overlap'?
          known: overlap
        """)
    let far = #expect(throws: DiagnosticError.self) { try registry.adapter(named: "householder") }
    #expect(far?.description == "error: there is no adapter 'householder'\n  known: bias")
  }
}
