import ARC
import AdaptFormer
import Bottleneck
import PETL
import RepAdapter
import TestSupport
import Testing

/// ΔH and every gradient are those that PyTorch computes from the papers' equations.
struct GoldenTests {
  private func adapter(_ golden: GoldenCase) throws -> any SubspaceDecomposable {
    let options = golden.options
    let kind = options.kind.flatMap(AdaptationSite.Kind.init) ?? .mlp
    let site = site(kind, width: golden.input.shape[1])
    let generator = RandomGenerator(seed: 1)
    func bottleneck<Variant: BottleneckVariant>(_ type: Variant.Type) throws
      -> any SubspaceDecomposable
    {
      let settings = settings(type) {
        $0.activation = options.activation.flatMap(Activation.init) ?? $0.activation
        $0.scaling = options.scaling.flatMap(BottleneckSettings.Scaling.init) ?? $0.scaling
        $0.biases = options.biases ?? $0.biases
      }
      return try BottleneckAdapter<Variant>(site: site, options: settings, generator: generator)
    }
    switch golden.plugin {
    case "adaptformer":
      let options = try AdaptFormerOptions {
        $0.rank = 4
        $0.scale = try #require(options.scale)
        $0.trainsScale = options.scaling == "learned"
        $0.biases = options.biases ?? true
        $0.activation = try #require(options.activation.flatMap(Activation.init))
      }
      return try AdaptFormer(site: site, options: options, generator: generator)
    case "houlsby": return try bottleneck(HoulsbyVariant.self)
    case "pfeiffer": return try bottleneck(PfeifferVariant.self)
    case "adapter-plus": return try bottleneck(AdapterPlusVariant.self)
    case "repadapter":
      let options = try RepAdapterOptions {
        ($0.rank, $0.groups, $0.scale, $0.biases) = (
          4, try #require(options.groups), try #require(options.scale), options.biases ?? true
        )
      }
      return try RepAdapter(site: site, options: options, generator: generator)
    default:
      #expect(golden.plugin == "arc")
      return try ARC(site: site, options: ARCOptions { $0.rank = 4 }, generator: generator)
    }
  }

  @Test(arguments: GoldenCase.all)
  func equalsPyTorch(_ golden: GoldenCase) throws {
    let adapter = try adapter(golden)
    #expect(Set(adapter.parameters.map(\.name)) == Set(golden.parameters.keys))
    for parameter in adapter.parameters {
      let values = try #require(golden.parameters[parameter.name])
      #expect(parameter.value.shape == values.shape, "\(parameter.name)")
      parameter.update(to: values.values)
    }
    let x = golden.input.tensor.differentiable()
    let delta = adapter.delta(of: x, in: pass())
    let difference = relativeDistance(delta, golden.output.tensor)
    #expect(difference < 2e-6)
    let gradients = delta.backward(from: golden.upstream.tensor)
    let ofInput = relativeDistance(try #require(gradients[x]), golden.inputGradient.tensor)
    #expect(ofInput < 2e-6)
    for parameter in adapter.parameters {
      let gradient = try #require(gradients[parameter.value], "\(parameter.name)")
      let expected = try #require(golden.gradients[parameter.name]).tensor
      let difference = relativeDistance(gradient, expected)
      #expect(difference < 2e-6, "\(parameter.name)")
    }
  }

  @Test func everyPluginIsAmongThem() {
    let plugins = Set(GoldenCase.all.map(\.plugin))
    #expect(
      plugins == ["adaptformer", "houlsby", "pfeiffer", "adapter-plus", "repadapter", "arc"])
  }
}
