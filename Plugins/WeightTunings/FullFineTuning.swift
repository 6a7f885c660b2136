import PETL

/// Full fine-tuning: every weight of the backbone is trained.
///
/// It wants a learning rate some ten times smaller than an adapter's.
public struct FullFineTuning: WeightTuning {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "full", summary: "Trains the whole backbone; wants a smaller learning rate than adapters",
    source: "the usual baseline")

  /// Makes the method.
  public init(options: NoOptions) {}

  /// All.
  public func trains(_ weight: BackboneWeight) -> Bool { true }
}
