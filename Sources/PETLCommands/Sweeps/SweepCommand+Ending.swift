import ArgumentParser
import Foundation
import PETL
import Recipes
import Reports
import Studies

/// What a sweep prints and leaves when its runs have ended.
extension SweepCommand {
  /// The report of runs that Slurm trained, with their table or, as JSON, their states.
  func endSubmitted(_ folder: SweepFolder, _ found: SweepStates) throws {
    if json { try Terminal.printJSON(states(folder, found)) }
    try end(folder)
  }

  /// The table and the report of all runs.
  ///
  /// - Parameters:
  ///   - folder: of the sweep.
  ///   - again: what is swept, where chosen settings are trained again.
  /// - Throws: the exit code where some failed.
  func end(
    _ folder: SweepFolder, again: (sweep: SweepRecipe, registry: PluginRegistry)? = nil
  ) throws {
    var failed = folder.runs.filter { $0.entry.failure != nil }
    let ended = folder.runs.filter(\.isFinished).map { folder.file($0.entry.folder) }
    let comparison = ended.isEmpty ? nil : compare(ended)
    let judgement = settings.rule.map { rule in
      SweepJudgement(rule, of: folder.runs.filter(\.isFinished).map(\.entry.folder))
    }
    if comparison != nil, let judgement {
      try RunFailure.marking { try judgement.write(in: folder.path) }
    }
    if let again {
      if let comparison, let judgement {
        let (lost, retrained) = try RunFailure.marking {
          try SweepRetraining(
            sweep: again.sweep, registry: again.registry, jobs: jobs ?? 1, isQuiet: quiet
          ).run(folder, comparison, judgement)
        }
        failed += lost
        try show(retrained, after: comparison)
      } else {
        Terminal.complain("warning: no setting is trained again, as none could be chosen")
      }
    }
    if SweepReport.leave(in: folder.path) {
      let place = "The report is \(folder.file("report.html"))"
      if json { Terminal.tell(place) } else { Terminal.say("\n\(place)") }
    }
    guard failed.isEmpty else {
      let names = failed.map(\.entry.folder).joined(separator: ", ")
      Terminal.complain("error: \(failed.count) of \(folder.runs.count) runs failed: \(names)")
      throw ExitCode(1)
    }
  }

  /// Prints what chosen settings came to that were trained again; nil where some failed.
  private func show(_ retrained: RunComparison?, after choice: RunComparison) throws {
    for warning in retrained?.warnings ?? [] { Terminal.complain("warning: \(warning)") }
    if json { return try Terminal.printJSON(Retrained(selection: choice, retrained: retrained)) }
    guard let retrained else { return }
    Terminal.say("\nThe chosen settings trained again, on train+val:\n")
    Terminal.say(try ComparisonText(retrained).text(.text))
  }

  /// Both comparisons of a sweep whose chosen settings were trained again.
  private struct Retrained: Encodable {
    let selection: RunComparison
    let retrained: RunComparison?
  }

  /// What a shard came to.
  ///
  /// - Throws: the exit code where some runs failed.
  func end(
    _ shard: SweepShard, _ folder: SweepFolder, _ indices: [Int], finished: Int, elsewhere: [Int]
  ) throws {
    let failed = indices.filter { folder.runs[$0].entry.failure != nil }
    let trained = indices.count { folder.runs[$0].isFinished } - finished
    let parts = [
      "\(trained) trained now", finished > 0 ? "\(finished) finished before" : nil,
      failed.isEmpty ? nil : "\(failed.count) failed",
      elsewhere.isEmpty ? nil : "\(elsewhere.count) being trained by others",
    ]
    let all = folder.runs.count
    let sentence =
      "Shard \(shard): \(indices.count) of \(all) run\(all == 1 ? "" : "s"): "
      + "\(parts.compactMap(\.self).joined(separator: ", ")). When all shards have ended, the same "
      + "command without --shard trains what is missing and writes the table and the report."
    if json {
      try Terminal.printJSON(states(folder, indices))
      Terminal.tell(sentence)
    } else {
      Terminal.say(sentence)
    }
    guard failed.isEmpty else {
      let names = failed.map { folder.runs[$0].entry.folder }.joined(separator: ", ")
      Terminal.complain("error: \(failed.count) of \(indices.count) runs failed: \(names)")
      throw ExitCode(1)
    }
  }

  /// Prints what the runs came to, on the test split where they have one.
  ///
  /// Runs that cannot be compared are no failure of the sweep: their own figures are in their folders.
  ///
  /// - Returns: the comparison; nil where there is none.
  private func compare(_ runs: [String]) -> RunComparison? {
    do {
      let comparisons = ComparedFigure.usual.lazy.compactMap {
        try? RunComparison(runs, figure: $0, choosing: settings.rule)
      }
      let comparison = try comparisons.first ?? RunComparison(runs, choosing: settings.rule)
      for warning in comparison.warnings { Terminal.complain("warning: \(warning)") }
      // With the one after it, or not at all where states are printed.
      if !json || !retrain && on == nil {
        Terminal.say(try ComparisonText(comparison).text(json ? .json : .text))
      }
      return comparison
    } catch {
      Terminal.complain(lines: "warning: the runs cannot be compared: \(error)")
      return nil
    }
  }
}
