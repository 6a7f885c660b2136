import Datasets
import PETL
import Recipes

extension RunFolder {
  /// What is no longer as it was when the run was trained.
  ///
  /// Images in files are compared by their sizes and times alone, which copying changes: of them it is said, and no more.
  ///
  /// - Parameters:
  ///   - recipe: of the run, with the paths that count now.
  ///   - experiment: whose data are compared; nil to compare the weights alone.
  /// - Returns: a note on each; none where the folder does not say what the run was trained with.
  public func changes(
    _ recipe: Recipe, data experiment: (any TrainableExperiment)? = nil
  ) -> [Note] {
    guard let then = try? origin().provenance else { return [] }
    var notes: [Note] = []
    func compare(_ key: String, _ now: String?, _ words: String, isSure: Bool) {
      guard let was = then[key], let now, was != now else { return }
      let digests = "sha256 \(was.prefix(8))… then, \(now.prefix(8))… now"
      notes.append(
        isSure
          ? .warning(
            "\(words) not what the run was trained with (\(digests)): the figures are of others")
          : Note(
            "\(words) not those of the training by their sizes and times (they may have been copied)"
          )
      )
    }
    compare(
      "weights_sha256", try? ContentDigests.digest(ofWeights: recipe.backbone.weights),
      "the weights, \(recipe.backbone.weights), are", isSure: true)
    if let experiment {
      let place = recipe.data.path ?? recipe.data.name ?? ""
      compare(
        "data_sha256", try? experiment.dataDigest(), "the data, \(place), are",
        isSure: !recipe.data.source.isOfFiles)
    }
    return notes
  }
}
