import PETL
import Recipes

extension Recipe {
  /// The sentences in which files beside the weights say of images what the recipe does otherwise.
  ///
  /// - Parameter size: the side of the images in pixels.
  /// - Returns: a sentence each.
  /// - Throws: `DiagnosticError` with every value of those files that is none that can be.
  package func preprocessingRemarks(size: Int) throws -> [Note] {
    try placing(at: backbone.span) {
      let reference = WeightReference(backbone.weights)
      return try WeightsPreprocessing(for: reference.open().store, folder: reference.folder())
        .remarks(on: data, size: size)
    }
  }
}
