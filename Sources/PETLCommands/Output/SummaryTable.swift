import Training

/// The table that a run ends with.
enum SummaryTable {
  static func text(_ summary: RunSummary) -> String {
    let rows = summary.stages.map { stage in
      [
        stage.name, stage.regularizes ? "yes" : "no", "\(stage.keptEpoch)/\(stage.epochs)",
        percent(stage.validation?.accuracy), percent(stage.test?.accuracy),
        (stage.test ?? stage.validation)?.redundancy.map { fixed($0, 4) } ?? "–",
        duration(stage.trainingSeconds),
      ]
    }
    return Terminal.table(
      ["stage", "regularized", "epoch", "val accuracy", "test accuracy", "mean |ρ|", "time"], rows)
  }
}
