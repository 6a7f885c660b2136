import Checkpoints
import Datasets
import PETL
import Recipes

extension RunFolder {
  /// What is no longer as it was when the run was trained: a warning each.
  ///
  /// Images in files are not compared: what is known of them are sizes and times, which copying changes.
  ///
  /// - Parameters:
  ///   - recipe: of the run, with the paths that count now.
  ///   - experiment: whose data are compared; nil to compare the weights alone.
  /// - Returns: none where the folder does not say what the run was trained with.
  public func changes(
    _ recipe: Recipe, data experiment: (any TrainableExperiment)? = nil
  ) -> [Note] {
    let weights = change(
      "weights_sha256", try? ContentDigests.digest(ofWeights: recipe.backbone.weights),
      "the weights, \(recipe.backbone.weights)")
    guard let experiment, !recipe.data.source.isOfFiles else { return [weights].compactMap(\.self) }
    let place = recipe.data.path ?? recipe.data.name ?? ""
    let data = change("data_sha256", try? experiment.dataDigest(), "the data, \(place)")
    return [weights, data].compactMap(\.self)
  }

  /// Whether the run's set of images in one file is no longer as it was, where nothing else reads it.
  ///
  /// - Parameter recipe: of the run, with the path that counts now.
  /// - Returns: nil of data of other types, too.
  public func dataChange(_ recipe: Recipe) -> Note? {
    guard recipe.data.source == .safetensors, let path = recipe.data.path else { return nil }
    return change("data_sha256", try? SHA256.digest(ofFile: path), "the data, \(path)")
  }

  private func change(_ key: String, _ now: String?, _ what: String) -> Note? {
    guard let was = stated(key), let now, was != now else { return nil }
    return .warning(
      "\(what), are not what the run was trained with (sha256 \(was.prefix(8))… then, "
        + "\(now.prefix(8))… now): the figures are of others")
  }
}
