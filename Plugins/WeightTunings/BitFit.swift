import PETL

/// BitFit (Ben Zaken et al., arXiv 2106.10199): all biases of the backbone are trained, those of norms too,
/// and nothing else of it.
public struct BitFit: WeightTuning {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "bitfit", summary: "Trains the backbone's biases",
    source: "Ben Zaken et al., arXiv 2106.10199")

  /// Makes the method.
  public init(options: NoOptions) {}

  /// Every bias.
  public func trains(_ weight: BackboneWeight) -> Bool { weight.name.hasSuffix(".bias") }
}
