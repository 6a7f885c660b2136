import Checkpoints
import PETL
import Recipes

/// How the frozen weights were kept that an adapter was trained beside.
package enum TrainedPrecision {
  /// What the recipe says that an adapter keeps.
  ///
  /// - Parameters:
  ///   - metadata: of the adapter.
  ///   - registry: the plugins that the recipe may name.
  /// - Returns: nil where the adapter keeps no recipe, or one that cannot be read.
  package static func stated(
    in metadata: [String: String], _ registry: PluginRegistry
  ) -> WeightPrecision? {
    metadata[AdapterFile.recipeKey].flatMap { Recipe(stored: $0, registry)?.backbone.precision }
  }

  /// What to say where weights are kept as the adapter was trained beside, or otherwise.
  ///
  /// - Parameters:
  ///   - trained: what the adapter states.
  ///   - used: how they are kept.
  /// - Returns: nil where both are 32-bit floats.
  package static func note(_ trained: WeightPrecision, used: WeightPrecision) -> Note? {
    if trained.frozen != used.frozen {
      return Note(
        "frozen weights in \(used.frozen.rawValue), though the adapter was trained beside \(trained.frozen.rawValue)"
      )
    }
    return used.frozen == .single
      ? nil : Note("frozen weights in \(used.frozen.rawValue), as the adapter was trained beside")
  }

  /// What to say of merged weights.
  ///
  /// - Parameter trained: what the adapter states.
  /// - Returns: nil where it was trained beside 32-bit floats.
  package static func mergingNote(_ trained: WeightPrecision) -> Note? {
    guard trained.frozen != .single else { return nil }
    return Note(
      "the adapter was trained beside frozen weights in \(trained.frozen.rawValue); beside those of the file "
        + "its answers differ by what that rounds away")
  }
}
