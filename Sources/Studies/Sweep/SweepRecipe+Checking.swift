import PETL
import Recipes
import Training

extension SweepRecipe {
  /// Checks that every run can be started: its files, its sites, and that its parts fit.
  ///
  /// - Returns: the plan of each run.
  /// - Throws: `DiagnosticError` with what is wrong with any of them, each mistake once.
  package func plans() throws -> [Plan] { try Self.collecting(points) { try Plan($0.recipe) } }

  /// What a body makes of each run.
  ///
  /// - Throws: `DiagnosticError` with what it throws of any of them, each mistake once.
  static func collecting<Result>(
    _ points: [Point], _ body: (Point) throws -> Result
  ) throws -> [Result] {
    var seen: Set<String> = []
    var mistakes: [Diagnostic] = []
    var found: [Result] = []
    for point in points {
      do {
        found.append(try body(point))
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics.filter { seen.insert("\($0)").inserted }
      }
    }
    try mistakes.throwIfAny()
    return found
  }
}
