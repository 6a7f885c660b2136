import Networks
import Recipes
import Training

/// The table that a run ends with.
enum SummaryTable {
  static func text(_ summary: RunSummary) -> String {
    let rows = summary.stages.map { stage in
      [
        stage.name, stage.regularizes ? "yes" : "no", "\(stage.keptEpoch)/\(stage.epochs)",
        stage.validation?.leading.text ?? "–", stage.test?.leading.text ?? "–",
        (stage.test ?? stage.validation)?.redundancy.map { fixed($0, 4) } ?? "–",
        duration(stage.trainingSeconds),
      ]
    }
    // Other figures have their names in each cell.
    let names = summary.stages.compactMap { ($0.test ?? $0.validation)?.leading.name }
    let figure = !names.isEmpty && names.allSatisfy { $0 == "accuracy" } ? " accuracy" : ""
    let mark = summary.bestOnTest == nil ? "" : " \(Recipe.Selection.mark)"
    let table = Terminal.table(
      [
        "stage", "regularized", "epoch", "val\(figure)", "test\(figure)\(mark)", "mean |ρ|", "time",
      ], rows)
    return table + (summary.bestOnTest.map { "\n\($0)" } ?? "")
  }
}
