import PETL

/// A bottleneck beside a linear map, ΔH = tanh(x Dᵀ) U: not linear, of a type that PEFT does not have.
final class TanhMap: SubspaceDecomposable {
  struct Options: PluginOptions {
    var rank: Int

    init(rank: Int = 2) { self.rank = rank }

    init(from reader: OptionReader) {
      rank = reader.integer("rank", default: 2, in: 1...64, help: "the width of the bottleneck")
    }
  }

  static let descriptor = PluginDescriptor(
    name: "tanh-map", summary: "A bottleneck beside a linear map", source: "our choice")

  let parameters: [Parameter]
  private let rank: Int

  init(site: AdaptationSite, options: Options, generator: RandomGenerator) {
    var generator = generator
    rank = options.rank
    parameters = [
      Parameter("down", .kaimingUniform([rank, site.inputWidth], using: &generator)),
      Parameter("up", .zeros([rank, site.outputWidth])),
    ]
  }

  /// tanh(x Dᵀ) and U.
  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: parameters[0].value).tanh(), basis: parameters[1].value,
      images: pass.images)
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
