import PETL

extension SweepRecipe {
  /// Some of the runs.
  ///
  /// - Parameter indices: of the points.
  /// - Returns: the sweep of those runs.
  public func selecting(_ indices: [Int]) -> SweepRecipe {
    SweepRecipe(name: name, points: indices.map { points[$0] }, source: source)
  }

  /// Some of the runs, each stage with a part of its epochs, and one at least.
  ///
  /// - Parameters:
  ///   - indices: of the points.
  ///   - share: the part, up to 1.
  /// - Returns: the sweep of those runs.
  /// - Throws: `DiagnosticError` when a recipe cannot be so.
  public func shortened(_ indices: [Int], to share: Double) throws -> SweepRecipe {
    SweepRecipe(
      name: name,
      points: try indices.map { index in
        let point = points[index]
        let epochs = point.recipe.stages.map { max(1, Int((Double($0.epochs) * share).rounded())) }
        let isOne = !point.recipe.resolved.entries.contains { $0.key == "stages" }
        let changes = epochs.enumerated().map { number, epochs in
          (key: isOne ? "epochs" : "stages.\(number).epochs", text: "\(epochs)")
        }
        return Point(
          changes: point.changes + changes,
          recipe: try Recipe(
            point.recipe.resolved, overrides: changes.map { "\($0.key)=\($0.text)" },
            registry: point.recipe.registry))
      }, source: source)
  }
}
