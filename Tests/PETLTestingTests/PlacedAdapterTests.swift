import PETL
import PETLTesting
import Testing

/// How a test's adapter with a bias, or with prompts, breaks the laws.
private struct Break: PluginOptions {
  enum What: String, CaseIterable, Sendable {
    case nothing, mergedBias, remainder, output, prompts
  }

  var what = What.nothing
  init() {}
  init(_ what: What) { self.what = what }
  mutating func visit(_ options: OptionReader) { options.choice("what", &what, help: "which") }
}

/// ΔH = x Aᵀ B + b, and a constant in b that is not trained.
private final class Biased: SubspaceDecomposable, OutputReading {
  let parameters: [Parameter]
  private let what: Break.What

  init(site: AdaptationSite, options: Break, generator: RandomGenerator) {
    var generator = generator
    what = options.what
    parameters = [
      Parameter("a", .normal([3, site.inputWidth], deviation: 1, using: &generator)),
      Parameter("b", .zeros([3, site.outputWidth])),
      Parameter("bias", .zeros([site.outputWidth])),
      Parameter("constant", .ones([site.outputWidth]), isTrained: false),
    ]
  }

  let startsAtNetwork = false
  private var bias: Tensor { parameters[2].value + parameters[3].value }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: parameters[0].value), basis: parameters[1].value,
      directions: parameters[0].value, images: pass.images,
      bias: what == .remainder ? bias * 2 : bias)
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    x.projected(onto: parameters[0].value).matmul(parameters[1].value)
      + bias.broadcast(to: [x.shape[0], bias.count])
  }

  func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor {
    what == .output ? delta(of: x, in: pass) + output : delta(of: x, in: pass)
  }

  func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    (parameters[0].value, parameters[1].value)
  }

  func mergedBias() -> Tensor? {
    what == .mergedBias ? parameters[2].value.detached() : bias.detached()
  }
}

/// Prompts, too wide by one when broken.
private final class Prompts: PromptAdapter {
  let parameters: [Parameter]

  init(site: AdaptationSite, options: Break, generator: RandomGenerator) {
    var generator = generator
    let width = site.outputWidth + (options.what == .prompts ? 1 : 0)
    parameters = [Parameter("prompts", .normal([2, width], deviation: 1, using: &generator))]
  }

  func prompts(in pass: ForwardPass) -> Tensor { parameters[0].value }
}

struct PlacedAdapterTests {
  private static let faults: [(Break.What, Set<String>)] = [
    (.nothing, []), (.mergedBias, ["merging"]), (.remainder, ["decomposition"]),
    (.output, ["output"]),
  ]

  @Test(arguments: faults)
  private func findsTheFaultOfABiasedAdapter(_ what: Break.What, _ expected: Set<String>) {
    let found = Conformance.check(adapter: Biased.self, options: Break(what)).checks
    #expect(found == expected)
  }

  @Test func findsPromptsOfAnotherWidth() {
    let site = AdaptationSite(kind: .tokens, layer: 0, inputWidth: 6, outputWidth: 6)
    let good = Conformance.check(adapter: Prompts.self, options: Break(.nothing), site: site)
    let wide = Conformance.check(adapter: Prompts.self, options: Break(.prompts), site: site)
    #expect(good == [])
    #expect(wide.checks == ["shape"])
  }
}
