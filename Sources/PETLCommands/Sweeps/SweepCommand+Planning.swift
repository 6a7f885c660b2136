import Checkpoints
import PETL
import Recipes
import Studies
import Training

extension SweepCommand {
  /// Trains the short rounds of a search.
  ///
  /// - Returns: the points that are left for the last; nil where the rounds are only shown.
  func halve(
    _ sweep: SweepRecipe, _ part: Int, _ registry: PluginRegistry
  ) throws -> [Int]? {
    let search = SweepHalving(
      sweep: sweep, registry: registry,
      race: SettingRace(part: part, by: settings.rule ?? SettingRule()), jobs: jobs ?? 1,
      isQuiet: quiet)
    if dryRun {
      if json { try Terminal.printJSON(search.plan) } else { Terminal.say(search.planTable) }
      return nil
    }
    let path = output ?? "sweeps/\(sweep.name)"
    // Everything that keeps any of them from being trained is said before one is.
    _ = try SweepFolder(
      path, sweep: sweep, program: TrainingProgram(running: registry).identity, isChosenOf: true)
    return try RunFailure.marking { try search.run(in: path) }
  }

  /// Says how long the runs will take that are not finished, by timing steps of each kind.
  func estimate(_ folder: SweepFolder, _ indices: [Int]) {
    let waiting = indices.filter { !folder.runs[$0].isFinished && folder.slot($0).trainer == nil }
    guard !waiting.isEmpty else { return }
    let estimate = SweepEstimate(waiting.map { folder.runs[$0].recipe }, jobs: jobs ?? 1) {
      number, count in
      if !quiet { Terminal.tell("timing steps of kind \(number) of \(count)") }
    }
    for failure in Set(estimate.failures).sorted() {
      Terminal.complain(lines: "warning: a kind of stage cannot be timed: \(failure)")
    }
    let threads = "\(Workers.count) thread\(Workers.count == 1 ? "" : "s")"
    Terminal.say(
      "\n\(waiting.count) of \(indices.count) run\(indices.count == 1 ? "" : "s") "
        + "\(waiting.count == 1 ? "is" : "are") to be trained: about "
        + "\(duration(estimate.seconds)) of wall time on \(threads) with --jobs \(jobs ?? 1), by steps of "
        + "\(estimate.kinds) kind\(estimate.kinds == 1 ? "" : "s") of stages timed here and now")
  }

  /// A run of a sweep and what became of it.
  struct RunState: Encodable {
    let run: String
    let state: String
    /// Who trains it.
    let trainer: String?
    /// What it waits for, where it is trained, or why it is not done, as far as a batch system says so.
    var detail: String?
  }

  /// What became of some runs.
  func states(_ folder: SweepFolder, _ indices: [Int]) -> [RunState] {
    indices.map { index in
      let (run, trainer) = (folder.runs[index], folder.slot(index).trainer?.name)
      let open = run.entry.failure == nil ? "to be trained" : "failed"
      let state = run.isFinished ? "finished" : trainer == nil ? open : "being trained"
      return RunState(run: run.entry.folder, state: state, trainer: run.isFinished ? nil : trainer)
    }
  }

  /// What became of the runs of a sweep that a batch system trains.
  func states(_ folder: SweepFolder, _ found: SweepStates) -> [RunState] {
    zip(folder.runs, found.states).map { run, state in
      let word =
        switch state {
        case .done: "finished"
        case .running: "being trained"
        case .waiting: "waiting"
        case .failed: "failed"
        case .lost: "lost"
        case .new: "to be trained"
        }
      return RunState(run: run.entry.folder, state: word, trainer: nil, detail: state.detail)
    }
  }

  func listing(_ folder: SweepFolder, _ indices: [Int]) -> String {
    let rows = states(folder, indices).map { run in
      [run.run, run.trainer.map { "is being trained by \($0)" } ?? run.state]
    }
    return Terminal.table(["run in \(folder.path)", "state"], rows)
  }
}
