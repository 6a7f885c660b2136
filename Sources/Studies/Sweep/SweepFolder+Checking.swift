import Datasets
import PETL
import Recipes

extension SweepFolder {
  /// Checks that every run can be started: its files, its sites, and that its parts fit.
  ///
  /// - Parameter points: the runs.
  /// - Returns: what the weights and data of each hold.
  /// - Throws: `DiagnosticError` with what is wrong with any of them, each mistake once.
  static func checked(_ points: [SweepRecipe.Point]) throws -> [ContentDigests] {
    var mistakes: [Diagnostic] = []
    var seen: Set<String> = []
    // Runs on the same files read them once.
    var known: [String: ContentDigests] = [:]
    var found: [ContentDigests] = []
    for point in points {
      do {
        let data = try point.recipe.checkedData()
        let digests = try known[point.recipe.contents] ?? point.recipe.digests(data)
        known[point.recipe.contents] = digests
        found.append(digests)
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics.filter { seen.insert("\($0)").inserted }
      }
    }
    guard mistakes.isEmpty else { throw DiagnosticError(mistakes) }
    return found
  }
}

/// The data of a recipe that was checked.
private enum CheckedData {
  case images(Dataset)
  case pairs(PairedDataset)
}

extension Recipe {
  /// Checks that the recipe can be trained, and opens its data.
  fileprivate func checkedData() throws -> CheckedData {
    switch task {
    case .classification: .images(try Plan(self).ingredients.dataset)
    case .retrieval: .pairs(try RetrievalPlan(self).pairs)
    }
  }

  /// What the weights and the data hold; of pairs the words of the captions, which the tokenizer that
  /// the recipe names turns into tokens.
  fileprivate func digests(_ data: CheckedData) throws -> ContentDigests {
    switch data {
    case .images(let dataset):
      try ContentDigests(self, data: digest(ofData: dataset))
    case .pairs(let pairs):
      try ContentDigests(
        self,
        data: Training.digest(
          of: Array("\(Training.digest(of: pairs.images)) \(pairs.captions)".utf8)))
    }
  }

  /// What names the files of weights and data, and which images of them are taken.
  fileprivate var contents: String {
    var data = data
    data.span = nil
    return "\(backbone.weights)\n\(data)"
  }
}
