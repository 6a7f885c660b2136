import Datasets
import Optimization
import PETL
import Recipes

/// A recipe with its adapters and regularizers made and checked, and no weights read yet: all that
/// `petl validate` needs, in milliseconds.
public struct Plan {
  /// The opened files.
  let ingredients: Ingredients
  private let method: Method
  /// The adapters, each at its site.
  public var adapters: AdapterSet { method.adapters }

  /// Makes and checks a plan.
  ///
  /// Any adapter goes with any list of regularizers; what cannot be is refused here with a
  /// sentence, before anything is read or trained.
  ///
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe) throws {
    try recipe.require(.classification)
    let ingredients = try Ingredients(recipe)
    self.ingredients = ingredients
    method = try Method(recipe) { attachment, generator in
      try attachment.attach(ingredients.sites, generator)
    }
  }

  /// How many numbers are trained besides the head: the adapters', and the backbone's own.
  public var adapterParameterCount: Int {
    adapters.parameters.reduce(ingredients.trainedWeightCount) { $0 + $1.parameter.value.count }
  }

  /// What the user should know of the data, a sentence each.
  public var remarks: [String] { ingredients.remarks }

  /// The names of the classes.
  public var classes: [String] { ingredients.dataset.classes }
}

extension Recipe {
  /// The recipe's regularizers, made anew.
  ///
  /// - Throws: `DiagnosticError` when options do not go together.
  func activeRegularizers() throws -> [ActiveRegularizer] {
    try regularizers.map { entry in
      try Ingredients.located(at: entry.span) {
        ActiveRegularizer(
          label: entry.label, regularizer: try entry.make(), weight: entry.weight)
      }
    }
  }
}

extension AdapterSet {
  /// The adapters of a method at some sites; none of one that trains the backbone's own weights.
  ///
  /// - Throws: `DiagnosticError` when the method's options do not fit the sites.
  public convenience init(
    _ method: AdapterPlugin.Method, at sites: [AdaptationSite], generator: RandomGenerator
  ) throws {
    switch method {
    case .adapters(let attachment): self.init(try attachment.attach(sites, generator))
    case .weights: self.init([])
    }
  }

  /// Whether every adapter has the factors A and B as parameters of its own.
  var canBeGauged: Bool {
    !entries.isEmpty
      && entries.allSatisfy {
        ($0.adapter as? any SubspaceDecomposable)?.factorParameters != nil
      }
  }

  /// Why a regularizer cannot be applied to the adapters, in words; nil when it can.
  func objection(of regularizer: any RedundancyRegularizer) -> String? {
    entries.lazy.compactMap { entry in
      entry.adapter.subspaceTraits(at: entry.site).flatMap(regularizer.objection)
    }.first
  }
}

extension Adapter {
  /// What its subspaces are like, from a pass over one token of zeros; nil when it has none.
  fileprivate func subspaceTraits(at site: AdaptationSite) -> SubspaceTraits? {
    guard let decomposable = self as? any SubspaceDecomposable else { return nil }
    return noGradient {
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      return decomposable.subspaces(of: .zeros([1, inputWidth(at: site)]), in: pass).traits
    }
  }
}
