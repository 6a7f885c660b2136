import PETL

/// The command that a file of a recipe is for.
package enum RecipeKind: Sendable {
  /// `petl run`.
  case run
  /// `petl sweep`: it has a section `sweep`.
  case sweep
  /// `petl pretrain`: it describes a network instead of naming one.
  case pretraining

  /// Looks at the sections of a file.
  ///
  /// - Parameter path: a YAML file.
  /// - Throws: `DiagnosticError` when it is no YAML.
  package init(path: String) throws {
    let node = try YAMLReader.read(path: path)
    if node.entry("sweep") != nil {
      self = .sweep
    } else {
      self = node.entry("model") != nil && node.entry("backbone") == nil ? .pretraining : .run
    }
  }
}
