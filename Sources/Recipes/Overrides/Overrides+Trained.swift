import PETL

extension Overrides {
  /// What only a training reads.
  ///
  /// Not in it: `stages`, the last of which names the checkpoint, and what may name files that
  /// have to be there, as `regularizers` do.
  private static let past: Set<String> = [
    "seed", "task", "optimizer", "schedule", "epochs", "regauge", "micro_shards", "drop_last",
    "selection", "control",
  ]

  /// Refuses values that only a training reads.
  ///
  /// - Parameter run: the folder of a run that is looked at, not trained.
  /// - Throws: `DiagnosticError` that names each of them.
  func requireEffect(onRun run: String) throws {
    let mistakes = settings.filter { Self.past.contains($0.path[0]) }.map { setting in
      Diagnostic(
        "'\(setting.path[0])' is read when a run is trained, and changes nothing of what \(run) is",
        at: setting.pathSpan,
        hints: ["leave it out; petl run trains another, with any of its recipe's values"])
    }
    try mistakes.throwIfAny()
  }
}
