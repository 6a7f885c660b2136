import Datasets
import PETL
import Recipes

/// A recipe with its adapters and regularizers made and checked, and no weights read yet: all that
/// `petl validate` needs, in milliseconds.
public struct Plan {
  private let recipe: Recipe
  /// The opened files.
  let ingredients: Ingredients
  private let composition: Composition
  /// The adapters, each at its site.
  public var adapters: AdapterSet { composition.adapters }

  /// Makes and checks a plan.
  ///
  /// Any adapter goes with any list of regularizers; what cannot be is refused here with a
  /// sentence, before anything is read or trained.
  ///
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe) throws {
    try recipe.require(.classification)
    let ingredients = try Ingredients(recipe)
    (self.recipe, self.ingredients) = (recipe, ingredients)
    composition = try Composition(recipe) { attachment, generator in
      try attachment.attach(ingredients.sites, generator)
    }
  }

  /// How many numbers are trained besides the head: the adapters', and the backbone's own.
  public var adapterParameterCount: Int {
    adapters.parameters.reduce(ingredients.trainedWeightCount) { $0 + $1.parameter.value.count }
  }

  /// What the user should know of the data, a sentence each.
  public var remarks: [String] { ingredients.remarks }

  /// The SHA-256 of what the data hold.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  package func dataDigest() throws -> String {
    try recipe.digest(ofData: ingredients.dataset)
  }

  /// The names of the classes.
  public var classes: [String] { ingredients.dataset.classes }
}
