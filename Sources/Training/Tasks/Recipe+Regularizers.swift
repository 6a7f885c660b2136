import Optimization
import PETL
import Recipes

extension Recipe {
  /// The recipe's regularizers, made anew.
  ///
  /// - Throws: `DiagnosticError` when options do not go together.
  func activeRegularizers() throws -> [ActiveRegularizer] {
    try regularizers.map { entry in
      try placing(at: entry.span) {
        ActiveRegularizer(
          label: entry.label, regularizer: try entry.make(), weight: entry.weight)
      }
    }
  }
}
