import Foundation
import Networks
import PETL
import Recipes
import Studies
import Training

/// Trains the settings of a sweep in rounds, each for longer, of which fewer and fewer go on.
struct SweepHalving {
  let sweep: SweepRecipe
  let registry: PluginRegistry
  let race: SettingRace
  let jobs: Int
  let isQuiet: Bool

  private var rounds: Int { race.rounds(of: sweep) }

  /// Trains all rounds but the last, which is that of whole recipes.
  ///
  /// - Parameter path: of the sweep's folder.
  /// - Returns: the points that are left.
  /// - Throws: `DiagnosticError` when nothing is left to choose of, or a file cannot be written.
  func run(in path: String) throws -> [Int] {
    var left = Array(sweep.points.indices)
    for round in 0..<rounds {
      let share = race.share(ofRound: round, of: rounds)
      let short = try sweep.shortened(left, to: share)
      var folder = try SweepFolder(
        path, sweep: short, program: TrainingProgram(running: registry).identity, isChosenOf: true)
      try folder.prepare()
      if !isQuiet {
        Terminal.tell(
          "round \(round + 1) of \(rounds + 1): \(left.count) runs, \(percent(share)) of their epochs"
        )
      }
      let workers = SweepWorkers(
        jobs: jobs, isQuiet: isQuiet, plugins: registry.sources, waits: true)
      _ = try workers.run(&folder, Array(folder.runs.indices))
      let failed = folder.runs.count { $0.entry.failure != nil }
      if failed > 0 {
        Terminal.complain("warning: \(failed) runs failed: their settings do not go on")
      }
      let finished = folder.runs.filter(\.isFinished).map { folder.file($0.entry.folder) }
      let survivors = try race.survivors(finished)
      left = zip(left, folder.folders).filter { survivors.contains($1) }.map(\.0)
    }
    Terminal.note(
      Note("\(settings(left).joined(separator: "; ")): kept of \(settings().count) settings"))
    if !isQuiet {
      Terminal.tell("round \(rounds + 1) of \(rounds + 1): \(left.count) runs, whole")
    }
    return left
  }

  /// The settings of points in words, each once: what varies but seeds and data; all points when none are named.
  private func settings(_ points: [Int]? = nil) -> [String] {
    var found: [String] = []
    for index in points ?? Array(sweep.points.indices) {
      let own = sweep.points[index].changes.filter { $0.key != "seed" && !$0.key.hasPrefix("data") }
      let words = own.map { "\($0.key)=\($0.text)" }.joined(separator: " ")
      if !found.contains(words) { found.append(words) }
    }
    return found
  }

  /// A round as it is planned.
  struct Round: Encodable {
    let round: Int
    /// How many runs there are, about that after the first.
    let runs: Int
    /// The part of their epochs that they are trained for.
    let share: Double
  }

  /// What would be trained.
  var plan: [Round] {
    var count = sweep.points.count
    return (0...rounds).map { round in
      defer { count = (count + race.part - 1) / race.part }
      return Round(
        round: round + 1, runs: count, share: race.share(ofRound: round, of: rounds))
    }
  }

  /// The plan as a table.
  var planTable: String {
    let rows = plan.map {
      ["\($0.round)", $0.round == 1 ? "\($0.runs)" : "about \($0.runs)", percent($0.share)]
    }
    return Terminal.table(["round", "runs", "epochs"], rows)
  }
}
