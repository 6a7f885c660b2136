import ARC
import AdaptFormer
import Bottleneck
import LoRA
public import PETL
import ReSoRA
import RepAdapter

extension PluginRegistry {
  /// The plugins of this package, and yours beside them.
  ///
  /// - Parameters:
  ///   - adapters: your adapters.
  ///   - tunings: your methods that train the backbone's own weights.
  ///   - regularizers: your regularizers.
  /// - Returns: all of them, ours first.
  /// - Throws: `DiagnosticError` when two plugins of a kind have the same name.
  public static func builtIn(
    adding adapters: [any Adapter.Type] = [], tunings: [any WeightTuning.Type] = [],
    regularizers: [any RedundancyRegularizer.Type] = []
  ) throws -> PluginRegistry {
    try PluginRegistry(
      adapters: [
        LoRA.self,
        AdaptFormer.self,
        Houlsby.self,
        Pfeiffer.self,
        AdapterPlus.self,
        RepAdapter.self,
        ARC.self,
      ] + adapters,
      tunings: tunings,
      regularizers: [
        ReSoRA.self
      ] + regularizers)
  }
}
