import PETL

/// A scale for each output of a linear map, y ← s ⊙ y: (IA)³ (Liu et al., arXiv 2205.05638) as PEFT has it
/// outside of `feedforward_modules`.
///
/// s is [out]. Initialisation: 1, so that training starts at the pre-trained network.
public final class OutputScales: Adapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "output-scales", summary: "A scale for each output of a linear map",
    source: "Liu et al., (IA)³, arXiv 2205.05638, as PEFT has it")

  /// Key, value and the MLP's first map.
  public static func defaultSites(with options: NoOptions) -> [AdaptationSite.Kind] {
    [.key, .value, .fc1]
  }

  private let scale: Parameter
  /// `scale`.
  public let parameters: [Parameter]
  /// From a map's output to the same.
  public let placement = Placement.sequential

  /// Makes the adapter of a map.
  public init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    scale = Parameter("scale", .ones([site.outputWidth]), decays: false)
    parameters = [scale]
  }

  /// (s − 1) ⊙ y.
  public func delta(of y: Tensor, in pass: ForwardPass) -> Tensor { y * (scale.value - 1) }
}

extension OutputScales: PEFTConvertible {
  /// PEFT's `IA3`: `ia3_l` [out, 1] for each map.
  public static let peftForm = PEFTForm(
    "IA3",
    keys: [
      // Maps of this list have scales of their inputs, which this adapter does not.
      PEFTKey("feedforward_modules", mark: []), PEFTKey("fan_in_fan_out", always: false),
      PEFTKey("init_ia3_weights", always: true),
    ],
    tensors: [PEFTTensor("ia3_l", [.outputs, .fixed(1)], parameter: "scale")],
    fused: .rows(unadapted: 1))
}
