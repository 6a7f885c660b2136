import Datasets
import PETL
import Recipes

extension SweepFolder {
  /// Checks that every run can be started: its files, its sites, and that its parts fit.
  ///
  /// - Returns: the data set of each.
  /// - Throws: `DiagnosticError` with what is wrong with any of them, each mistake once.
  static func checked(_ points: [SweepRecipe.Point]) throws -> [Dataset] {
    var mistakes: [Diagnostic] = []
    var seen: Set<String> = []
    var opened: [String: Dataset] = [:]
    var sets: [Dataset] = []
    for point in points {
      do {
        let plan = try Plan(point.recipe)
        // Of many runs on the same files one copy is kept.
        let set = opened[point.recipe.contents] ?? plan.ingredients.dataset
        opened[point.recipe.contents] = set
        sets.append(set)
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics.filter { seen.insert("\($0)").inserted }
      }
    }
    guard mistakes.isEmpty else { throw DiagnosticError(mistakes) }
    return sets
  }
}

extension Recipe {
  /// What names the files of weights and data, and which images of them are taken.
  var contents: String {
    var data = data
    data.span = nil
    return "\(backbone.weights)\n\(data)"
  }
}
