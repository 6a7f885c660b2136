import PETL

extension SweepRecipe {
  /// Some of the runs again, with the images of training and validation together to train on.
  ///
  /// - Parameter indices: of the points.
  /// - Returns: the sweep of those runs.
  /// - Throws: `DiagnosticError` when a recipe keeps an epoch that the validation split chooses, or trains on it
  ///   already.
  public func retrained(_ indices: [Int]) throws -> SweepRecipe {
    let chosen = indices.map { points[$0] }
    if chosen.contains(where: { $0.recipe.selection == .bestVal }) {
      throw DiagnosticError(
        "--retrain trains on the validation images too, and 'selection: best-val' keeps the epoch that is best on them",
        hints: ["let the last epoch count: selection: last"])
    }
    return SweepRecipe(
      name: name,
      points: try chosen.map { point in
        Point(
          changes: point.changes + [("data.train", DataRecipe.TrainSplit.trainAndVal.rawValue)],
          recipe: try point.recipe.trainedOnValidation())
      }, source: source)
  }
}

extension Recipe {
  /// The recipe with the images of training and validation together to train on.
  fileprivate func trainedOnValidation() throws -> Recipe {
    try Recipe(
      resolved, overrides: ["data.train=\(DataRecipe.TrainSplit.trainAndVal.rawValue)"],
      registry: registry)
  }
}
