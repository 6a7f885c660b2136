import Networks
import Recipes
import Training

/// The table that a run ends with.
enum SummaryTable {
  static func text(_ summary: RunSummary) -> String {
    let rows = summary.stages.map { stage in
      [
        stage.name, stage.regularizes ? "yes" : "no", "\(stage.keptEpoch)/\(stage.epochs)",
        stage.validation?.score ?? "–", stage.test?.score ?? "–",
        (stage.test ?? stage.validation)?.redundancy.map { fixed($0, 4) } ?? "–",
        duration(stage.trainingSeconds),
      ]
    }
    let figure =
      summary.stages.contains { ($0.test ?? $0.validation)?.recalls != nil } ? "" : " accuracy"
    let mark = summary.bestOnTest == nil ? "" : " \(Recipe.Selection.mark)"
    let table = Terminal.table(
      [
        "stage", "regularized", "epoch", "val\(figure)", "test\(figure)\(mark)", "mean |ρ|", "time",
      ], rows)
    return table + (summary.bestOnTest.map { "\n\($0)" } ?? "")
  }
}
