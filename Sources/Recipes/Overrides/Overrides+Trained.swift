import PETL

extension Overrides {
  /// What was decided when a run was trained, and changes nothing of what became of it.
  private static let past: Set<String> = [
    "name", "seed", "task", "optimizer", "schedule", "stages", "epochs", "regularizers", "regauge",
    "micro_shards", "drop_last", "selection", "control",
  ]

  /// Refuses values that only a training reads.
  ///
  /// - Parameter run: the folder of a run that is only looked at.
  /// - Throws: `DiagnosticError` that names each of them.
  func requireEffectOnTrained(_ run: String) throws {
    let mistakes = settings.filter { Self.past.contains($0.path[0]) }.map { setting in
      Diagnostic(
        "\(run) is trained, and its '\(setting.path[0])' changes nothing any more",
        at: setting.pathSpan,
        hints: ["another training of it: petl run \(run)/recipe.yaml --output OTHER --set …"])
    }
    try mistakes.throwIfAny()
  }
}
