import Datasets
import PETL
import Recipes

extension Ingredients {
  /// What files beside the weights say of images, where a recipe says otherwise.
  ///
  /// - Parameters:
  ///   - recipe: what is done.
  ///   - size: the side of the images in pixels.
  /// - Returns: a sentence each.
  /// - Throws: `DiagnosticError` with every value of those files that is none that can be.
  static func remarks(on recipe: Recipe, size: Int) throws -> [String] {
    try located(at: recipe.backbone.span) {
      let (store, _) = try weights(recipe.backbone.weights)
      return try WeightsPreprocessing(for: store, folder: folder(recipe.backbone.weights))
        .remarks(on: recipe.data, size: size)
    }
  }
}
