import Optimization
import PETL
import Recipes

/// The adapters and regularizers of a recipe, made and checked against each other and the optimizer.
struct Composition {
  /// The adapters, each at its site.
  let adapters: AdapterSet
  /// The penalties, in the order of the recipe.
  private let regularizers: [ActiveRegularizer]

  /// How many numbers are trained besides what belongs to the task: the adapters', and the backbone's own.
  let adapterParameterCount: Int

  /// Makes and checks them.
  ///
  /// - Parameters:
  ///   - inputs: a recipe with its files opened.
  ///   - isTrained: whether it is going to be trained, and not only measured.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  init(_ inputs: some TaskInputs, isTrained: Bool = true) throws {
    let recipe = inputs.recipe
    var adapters = AdapterSet.none
    if let adapter = recipe.adapter, case .adapters(let attachment) = adapter.tuning {
      let generator = RandomGenerator(seed: UInt64(recipe.seed)).split("adapters")
      adapters = try placing(at: adapter.spans.section) {
        AdapterSet(
          try inputs.sites.flatMap { group in
            try attachment.attach(
              group.sites, group.stream.map { generator.split($0) } ?? generator)
          })
      }
    }
    self.adapters = adapters
    adapterParameterCount = adapters.parameters.reduce(inputs.trainedWeightCount) {
      $0 + $1.parameter.value.count
    }
    regularizers = try recipe.activeRegularizers()
    try checkRegularizers(recipe)
    try checkGauge(recipe)
    try checkOptimizer(recipe)
    try Self.checkRules(recipe, adapters, hasValidation: inputs.hasValidation)
    if isTrained { try inputs.checkTrains(adapterParameters: adapterParameterCount) }
  }

  /// Refuses rules that need what the adapters do not have.
  private func checkOptimizer(_ recipe: Recipe) throws {
    let rule = recipe.optimizer.plugin
    let name = rule.descriptor.name
    if rule.traits.contains(.wantsFreeParameters), let adapter = recipe.adapter,
      let kept = adapters.parameters.first(where: {
        $0.parameter.geometry.distance(of: $0.parameter.value) != nil
      })
    {
      throw DiagnosticError(
        "optimizer '\(name)' cannot be applied: adapter '\(adapter.plugin.descriptor.name)' keeps "
          + "'\(kept.parameter.name)' on a set (\(kept.parameter.geometry.name))",
        at: adapter.spans.section, hints: ["choose another optimizer, or geometry: free"])
    }
    guard rule.traits.contains(.movesFactors), !adapters.canBeGauged else { return }
    let adapter = recipe.adapter?.plugin.descriptor.name
    throw DiagnosticError(
      adapter.map {
        "optimizer '\(name)' cannot be applied: adapter '\($0)' has no factors A and B of its own"
      } ?? "optimizer '\(name)' cannot be applied: there is no adapter",
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
      try ReferenceAdapters.check(active.regularizer, recipe.task, at: entry.span, &problems)
      if active.regularizer.needs.contains(.subspaces), !plugin.isDecomposable {
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
    try problems.throwIfAny()
  }
}
