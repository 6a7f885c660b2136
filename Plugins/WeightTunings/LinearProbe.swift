import PETL

/// A linear probe: the head alone is trained, as without any adapter.
public struct LinearProbe: WeightTuning {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "linear-probe", summary: "Trains the head alone, as without an adapter",
    source: "the usual baseline")

  /// Makes the method.
  public init(options: NoOptions) {}

  /// None.
  public func trains(_ weight: BackboneWeight) -> Bool { false }
}
