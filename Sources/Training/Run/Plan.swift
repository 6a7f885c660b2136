import Datasets
import PETL
import Recipes

/// A recipe with its adapters and regularizers made and checked, and no weights read yet: all that
/// `petl validate` needs, in milliseconds.
public struct Plan {
  /// The opened files.
  let ingredients: Ingredients
  /// The adapters, each at its site.
  public let adapters: AdapterSet
  /// The penalties, in the order of the recipe.
  public let regularizers: [ActiveRegularizer]

  /// Makes and checks a plan.
  ///
  /// Any adapter goes with any list of regularizers; what cannot be is refused here with a
  /// sentence, before anything is read or trained.
  ///
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe) throws {
    let ingredients = try Ingredients(recipe)
    var adapters = AdapterSet.none
    if let adapter = recipe.adapter {
      adapters = try Ingredients.located(at: adapter.spans.section) {
        try AdapterSet(
          adapter.method, at: ingredients.sites,
          generator: RandomGenerator(seed: UInt64(recipe.seed)).split("adapters"))
      }
    }
    self.ingredients = ingredients
    self.adapters = adapters
    regularizers = try recipe.activeRegularizers()
    try checkRegularizers(recipe)
    try checkGauge(recipe)
    try checkOptimizer(recipe)
  }

  /// How many numbers are trained besides the head: the adapters', and the backbone's own.
  public var adapterParameterCount: Int {
    adapters.parameters.reduce(ingredients.trainedWeightCount) { $0 + $1.parameter.value.count }
  }

  /// The names of the classes.
  public var classes: [String] { ingredients.dataset.classes }

  /// Refuses rules that move both factors of adapters that have none.
  private func checkOptimizer(_ recipe: Recipe) throws {
    let rule = recipe.optimizer.type
    if rule == .subzero, let adapter = recipe.adapter,
      let kept = adapters.parameters.first(where: {
        $0.parameter.geometry.distance(of: $0.parameter.value) != nil
      })
    {
      throw DiagnosticError(
        "optimizer 'subzero' cannot be applied: adapter '\(adapter.plugin.descriptor.name)' keeps "
          + "'\(kept.parameter.name)' on a set (\(kept.parameter.geometry.name))",
        at: adapter.spans.section, hints: ["choose another optimizer, or geometry: free"])
    }
    guard rule.movesFactors, !adapters.canBeGauged else { return }
    let name = recipe.adapter?.plugin.descriptor.name
    throw DiagnosticError(
      name.map {
        "optimizer '\(rule.rawValue)' cannot be applied: adapter '\($0)' has no factors A and B of its own"
      } ?? "optimizer '\(rule.rawValue)' cannot be applied: there is no adapter",
      at: recipe.adapter?.spans.section,
      hints: ["choose optimizer adamw, or a linear adapter such as lora"])
  }

  /// Refuses to re-gauge an adapter whose factors cannot be moved.
  private func checkGauge(_ recipe: Recipe) throws {
    guard recipe.regauge != nil, !adapters.canBeGauged else { return }
    let name = recipe.adapter?.plugin.descriptor.name
    throw DiagnosticError(
      name.map { "'regauge' cannot be applied: adapter '\($0)' has no factors A and B of its own" }
        ?? "'regauge' cannot be applied: there is no adapter",
      at: recipe.adapter?.spans.section,
      hints: ["remove regauge, or choose a linear adapter such as lora"])
  }

  /// Refuses regularizers that the adapter gives nothing to.
  private func checkRegularizers(_ recipe: Recipe) throws {
    guard let plugin = recipe.adapter?.plugin else { return }
    let adapter = plugin.descriptor.name
    var problems: [Diagnostic] = []
    for (entry, active) in zip(recipe.regularizers, regularizers) {
      let name = entry.plugin.descriptor.name
      if !plugin.isDecomposable {
        problems.append(
          Diagnostic(
            "regularizer '\(name)' cannot be applied: adapter '\(adapter)' does not decompose "
              + "into subspaces", at: entry.span,
            hints: ["remove the regularizer, or choose an adapter that petl list marks"]))
        continue
      }
      if let objection = adapters.objection(of: active.regularizer) {
        problems.append(
          Diagnostic(
            "regularizer '\(name)' cannot be applied to adapter '\(adapter)': \(objection)",
            at: entry.span))
      }
    }
    if !problems.isEmpty { throw DiagnosticError(problems) }
  }
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
