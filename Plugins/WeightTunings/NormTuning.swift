import PETL

/// Layer-norm tuning: gains and biases of the backbone's norms are trained, and nothing else of it.
public struct NormTuning: WeightTuning {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "norm-tuning", summary: "Trains the gains and biases of the backbone's norms",
    source: "a usual baseline")

  /// Makes the method.
  public init(options: NoOptions) {}

  /// Every norm's.
  public func trains(_ weight: BackboneWeight) -> Bool { weight.name.contains("norm") }
}
