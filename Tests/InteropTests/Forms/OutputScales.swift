import PETL

/// A scale for each output of a linear map, y ← s ⊙ y: (IA)³ (Liu et al., arXiv 2205.05638) as PEFT has it.
///
/// Initialisation: s = 1.
final class OutputScales: Adapter {
  static let descriptor = PluginDescriptor(
    name: "output-scales", summary: "A scale for each output", source: "Liu et al., 2205.05638")

  private let scale: Parameter
  let parameters: [Parameter]
  let placement = Placement.sequential

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    scale = Parameter("scale", .ones([site.outputWidth]), decays: false)
    parameters = [scale]
  }

  /// (s − 1) ⊙ y.
  func delta(of y: Tensor, in pass: ForwardPass) -> Tensor { y * (scale.value - 1) }
}

extension OutputScales: PEFTConvertible {
  static let peftForm = PEFTForm(
    "IA3",
    keys: [
      // Maps of this list have scales of their inputs.
      PEFTKey("feedforward_modules", mark: []), PEFTKey("fan_in_fan_out", always: false),
      PEFTKey("init_ia3_weights", always: true),
    ],
    tensors: [PEFTTensor("ia3_l", [.outputs, .fixed(1)], parameter: "scale")],
    fused: .rows(unadapted: 1))
}
