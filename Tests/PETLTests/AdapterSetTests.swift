import PETL
import Testing

/// y ↦ y ⊙ s, with a scale that all sites share, a constant, and a shift of each site's own.
private final class Sharing: Adapter {
  static let supportedSites = AdaptationSite.Kind.linear.union([.norm])
  let parameters: [Parameter]

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    parameters = Self.parameters(shared: Self.shared(site.outputWidth), width: site.outputWidth)
  }

  private init(_ parameters: [Parameter]) { self.parameters = parameters }

  private static func shared(_ width: Int) -> [Parameter] {
    [
      Parameter("scale", .ones([width]), isShared: true),
      Parameter("frozen", .ones([width]), isTrained: false, isShared: true),
    ]
  }

  private static func parameters(shared: [Parameter], width: Int) -> [Parameter] {
    [shared[0], Parameter("shift", .zeros([width])), shared[1]]
      + [Parameter("offset", .zeros([width]), isTrained: false)]
  }

  /// All sites but those of the first layer.
  static func attach(
    to sites: [AdaptationSite], options: NoOptions, generator: RandomGenerator
  ) -> [AdapterSet.Entry] {
    let shared = shared(4)
    return sites.filter { $0.layer > 0 }.map {
      AdapterSet.Entry(site: $0, adapter: Sharing(parameters(shared: shared, width: 4)))
    }
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor { x * parameters[0].value }
}

struct AdapterSetTests {
  private static func site(_ kind: AdaptationSite.Kind, _ layer: Int) -> AdaptationSite {
    AdaptationSite(kind: kind, layer: layer, inputWidth: 4, outputWidth: 4)
  }
  private let sites = [site(.query, 0), site(.query, 1), site(.norm, 1)]

  private func attached() throws -> AdapterSet {
    let registry = try PluginRegistry(adapters: [Sharing.self], regularizers: [])
    let plugin = try registry.adapter(named: "sharing")
    guard case .adapters(let attachment) = plugin.read(OptionReader(describing: "adapter")) else {
      throw DiagnosticError("an adapter is attached to sites")
    }
    return AdapterSet(try attachment.attach(sites, RandomGenerator(seed: 1)))
  }

  @Test func aSharedParameterIsThereOnceAndConstantsApart() throws {
    let set = try attached()
    #expect(
      set.parameters.map(\.name) == ["shared.scale", "blocks.1.query.shift", "norm.shift"])
    #expect(
      set.constants.map(\.name) == ["shared.frozen", "blocks.1.query.offset", "norm.offset"])
    let first = set.entries[0].adapter.parameters[0]
    let second = set.entries[1].adapter.parameters[0]
    #expect(first === second)
    #expect(first === set.parameters[0].parameter)
    let trained = set.parameters.map(\.parameter.value.requiresGradient)
    let constant = set.constants.map(\.parameter.value.requiresGradient)
    #expect(trained == [true, true, true])
    #expect(constant == [false, false, false])
  }

  @Test func aPluginsOwnAttachChoosesAmongTheSites() throws {
    let set = try attached()
    #expect(set.entries.map(\.site) == Array(sites.dropFirst()))
    #expect(set[.query, 0] == nil)
    #expect(set[.query, 1] != nil)
  }

  @Test func aNormHasOnlyAnOutput() throws {
    let set = try attached()
    #expect(set.entries.map(\.placement) == [.parallel, .sequential])
  }

  @Test func gradientsOfASharedParameterAreTheSumOverItsSites() throws {
    let set = try attached()
    let x = Tensor([1, 2, 3, 4], shape: [1, 4])
    let pass = ForwardPass(isTraining: true, images: 1, generator: RandomGenerator(seed: 2))
    let outputs = set.entries.map { $0.adapter.delta(of: x, in: pass).sum() }
    let gradients = (outputs[0] + outputs[1] * 2).backward()
    let shared = gradients[set.parameters[0].parameter.value]?.values
    let frozen = gradients[set.constants[0].parameter.value]
    #expect(shared == [3, 6, 9, 12])
    #expect(frozen == nil)
  }
}
