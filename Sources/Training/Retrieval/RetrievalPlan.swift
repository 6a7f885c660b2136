import Datasets
import PETL
import Recipes

/// A recipe of retrieval with its adapters and regularizers made and checked, and no weights read yet.
public struct RetrievalPlan {
  let ingredients: RetrievalIngredients
  private let method: Method
  /// The adapters, each at its site in its tower.
  public var adapters: AdapterSet { method.adapters }
  /// The images with their captions.
  public var pairs: PairedDataset { ingredients.pairs }

  /// Makes and checks a plan.
  ///
  /// - Parameter recipe: of task: retrieval.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe) throws {
    let ingredients = try RetrievalIngredients(recipe)
    self.ingredients = ingredients
    method = try Method(recipe) { attachment, generator in
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
}
