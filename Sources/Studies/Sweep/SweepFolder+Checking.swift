import Datasets
import PETL
import Recipes
import Training

extension SweepFolder {
  /// Checks that every run can be started: its files, its sites, and that its parts fit.
  ///
  /// - Parameters:
  ///   - points: the runs.
  ///   - isChosenOf: whether settings are chosen of them on the validation split.
  /// - Returns: what the weights and data of each hold.
  /// - Throws: `DiagnosticError` with what is wrong with any of them, each mistake once.
  static func checked(_ points: [SweepRecipe.Point], isChosenOf: Bool) throws -> [ContentDigests] {
    // Runs on the same files read them once.
    var known: [String: ContentDigests] = [:]
    return try SweepRecipe.collecting(points) { point in
      let plan = try Plan(point.recipe)
      if isChosenOf, !plan.hasValidation {
        throw DiagnosticError(
          "--select best-val chooses on a validation split that is not trained on, and the data have none",
          at: point.recipe.data.span,
          hints: ["data.val_fraction takes one from the training examples of data in files"])
      }
      let digests =
        try known[point.recipe.contents] ?? ContentDigests(point.recipe, data: plan.dataDigest())
      known[point.recipe.contents] = digests
      return digests
    }
  }
}

extension Recipe {
  /// What names the files of weights and data, and which images of them are taken.
  fileprivate var contents: String {
    var data = data
    data.span = nil
    let penalties = regularizers.map { (try? $0.make().references) ?? [] }
    return "\(backbone.weights)\n\(data)\n\(penalties)"
  }
}
