import PETL

/// A bottleneck beside a linear map, ΔH = tanh(x Dᵀ) U: not linear, of a type that PEFT does not have.
final class TanhMap: SubspaceDecomposable {
  struct Options: PluginOptions {
    var rank = 2

    mutating func visit(_ options: OptionReader) {
      options.integer("rank", &rank, in: 1...64, help: "the width of the bottleneck")
    }
  }

  static let descriptor = PluginDescriptor(
    name: "tanh-map", summary: "A bottleneck beside a linear map", source: "our choice")

  let parameters: [Parameter]
  private let down: Parameter
  private let up: Parameter
  private let rank: Int

  init(site: AdaptationSite, options: Options, generator: RandomGenerator) {
    var generator = generator
    rank = options.rank
    down = Parameter("down", .kaimingUniform([rank, site.inputWidth], using: &generator))
    up = Parameter("up", .zeros([rank, site.outputWidth]))
    parameters = [down, up]
  }

  /// tanh(x Dᵀ) and U.
  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: down.value).tanh(), basis: up.value, images: pass.images)
  }
}

extension TanhMap: PEFTConvertible {
  static let peftForm = PEFTForm(
    "TANH", title: "tanh bottleneck", keys: [PEFTKey("r", default: 2, least: 1, option: "rank")],
    tensors: [
      PEFTTensor("down.weight", [.key("r"), .inputs], parameter: "down"),
      PEFTTensor("up.weight", [.outputs, .key("r")], parameter: "up", isTransposed: true),
    ])

  var peftSettings: [String: PEFTValue] { ["r": .whole(rank)] }
}
