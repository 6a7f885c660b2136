import LoRA
import PETL

/// What recipes of these tests may name.
let testPlugins: PluginRegistry = {
  do {
    return try PluginRegistry(
      adapters: [LoRA.self, Shift.self, BlockShift.self, Squashed.self], tunings: [Biases.self],
      regularizers: [
        Crowding.self, NotANumber.self, WildSlope.self, Constant.self, WeightsOnly.self,
        Beholding.self, Misshapen.self,
      ], optimizers: [Careful.self])
  } catch {
    preconditionFailure("\(error)")
  }
}()

/// A trained bias: nothing that decomposes.
class Shift: Adapter {
  let parameters: [Parameter]

  required init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    parameters = [Parameter("bias", .zeros([site.outputWidth]), decays: false)]
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    parameters[0].value.broadcast(to: [x.shape[0], parameters[0].value.count])
  }

  class var descriptor: PluginDescriptor {
    PluginDescriptor(name: "shift", summary: "a bias", source: "our choice")
  }

  class var supportedSites: Set<AdaptationSite.Kind> { AdaptationSite.Kind.linear }
}

/// The backbone's own biases.
struct Biases: WeightTuning {
  static let descriptor = PluginDescriptor(name: "bias", summary: "", source: "our choice")

  init(options: NoOptions) {}

  func trains(_ weight: BackboneWeight) -> Bool { weight.name.hasSuffix(".bias") }
}

/// The same, at blocks.
final class BlockShift: Shift {
  override class var descriptor: PluginDescriptor {
    PluginDescriptor(name: "block-shift", summary: "a bias", source: "our choice")
  }

  override class var supportedSites: Set<AdaptationSite.Kind> { [.mlp] }
}

/// A LoRA with a tanh: it decomposes, but is not linear.
final class Squashed: SubspaceDecomposable {
  let parameters: [Parameter]

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    var generator = generator
    let down = generator.normal(3 * site.inputWidth)
    let up = generator.normal(3 * site.outputWidth)
    parameters = [
      Parameter("down", Tensor(down, shape: [3, site.inputWidth])),
      Parameter("up", Tensor(up, shape: [3, site.outputWidth])),
    ]
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let coefficients = x.projected(onto: parameters[0].value).tanh()
    pass.log("saturation", Double(coefficients.abs().mean().item))
    return Subspaces(coefficients: coefficients, basis: parameters[1].value, images: pass.images)
  }
}

/// A value that is no number.
struct NotANumber: RedundancyRegularizer {
  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.coefficients.sum().scaled(by: .nan)
  }
}

/// A finite value with a gradient that is no number.
struct WildSlope: RedundancyRegularizer {
  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor {
    .custom(from: [subspaces.coefficients], result: Tensor(0.5)) { _ in
      [Tensor(repeating: .nan, shape: subspaces.coefficients.shape)]
    }
  }
}

/// A value that nothing changes.
struct Constant: RedundancyRegularizer {
  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0.5) }
}

/// A measure of the weights.
struct WeightsOnly: RedundancyRegularizer {
  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.inWeightSpace?.basisGram.correlation().offDiagonalMean() ?? Tensor(0)
  }

  func objection(to traits: SubspaceTraits) -> String? {
    traits.hasDirections ? nil : "it has no input directions, so there is no weight space"
  }
}
