import Datasets
import PETL
import Recipes

/// A recipe of retrieval with its adapters and regularizers made and checked, and no weights read yet.
public struct RetrievalPlan {
  let ingredients: RetrievalIngredients
  private let composition: Composition
  /// The adapters, each at its site in its tower.
  public var adapters: AdapterSet { composition.adapters }
  /// The images with their captions.
  public var pairs: PairedDataset { ingredients.pairs }

  /// Makes and checks a plan.
  ///
  /// - Parameter recipe: of task: retrieval.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe) throws {
    let ingredients = try RetrievalIngredients(recipe)
    self.ingredients = ingredients
    composition = try Composition(recipe) { attachment, generator in
      // Each tower has adapters of its own: their widths differ, and so do what some of them share.
      try ingredients.towers.flatMap { tower in
        try attachment.attach(ingredients.sites[tower] ?? [], generator.split(tower.rawValue))
      }
    }
    let head = recipe.retrieval
    guard adapterParameterCount > 0 || head.logitScale == .learned || head.projections == .learned
    else {
      throw DiagnosticError(
        "nothing is trained: there is no adapter, and scale and projections are frozen",
        hints: ["add an adapter, or set retrieval.projections: learned"])
    }
  }

  /// How many numbers are trained besides scale and projections.
  public var adapterParameterCount: Int {
    adapters.parameters.reduce(ingredients.trainedWeightCount) { $0 + $1.parameter.value.count }
  }

  /// The SHA-256 of the images and the words of their captions, which the tokenizer that the recipe
  /// names turns into tokens.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  package func dataDigest() throws -> String {
    digest(of: Array("\(digest(of: pairs.images)) \(pairs.captions)".utf8))
  }
}
