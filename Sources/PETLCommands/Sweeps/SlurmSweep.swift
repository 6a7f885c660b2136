import Checkpoints
import Foundation
import PETL
import Recipes
import Studies

/// A sweep whose runs Slurm trains: what is missing is submitted, and the rest is shown.
struct SlurmSweep {
  let slurm: Slurm
  let request: SlurmRequest
  /// The plugin files that each process is to load.
  let plugins: [PluginSource]
  let isQuiet: Bool
  /// Whether what is printed is for a program, so that sentences go to standard error.
  let isForPrograms: Bool

  private func say(_ text: String) {
    if isForPrograms { Terminal.tell(text) } else { Terminal.say(text) }
  }

  /// Says what became of each run, and submits nothing.
  func show(_ folder: SweepFolder) throws {
    do {
      try slurm.requireAnswer()
    } catch let error as DiagnosticError {
      Terminal.complain(lines: "warning: \(error.sentences)")
    }
    Terminal.say(listing(folder, try SweepStates(folder, slurm)))
  }

  /// Submits what is missing, and says what became of the rest.
  ///
  /// - Parameters:
  ///   - folder: of the sweep.
  ///   - mostTasks: the most tasks that a job array may have.
  /// - Returns: whether all runs are done.
  /// - Throws: `DiagnosticError` when Slurm does not answer, or does not take the job.
  func submit(_ folder: inout SweepFolder, mostTasks: Int) throws -> Bool {
    let found = try SweepStates(folder, slurm)
    let missing = folder.runs.indices.filter { found.states[$0].isMissing }
    let isFirst = found.states.allSatisfy { $0 == .new }
    if !isFirst, !isQuiet, found.states.contains(where: { $0 != .done }) {
      say(listing(folder, found))
    }
    let rows = try missing.compactMap { try row($0, &folder) }
    if !rows.isEmpty {
      let submission = try SlurmSubmission(
        newIn: folder.path, rows: rows, mostTasks: mostTasks)
      let code = try plugins.map { try $0.written(to: folder.file("plugins")) }
      let job = try submission.submit(request, plugins: code, to: slurm)
      say(announcement(job, submission, folder))
    }
    for index in folder.runs.indices { folder.look(index) }
    return folder.runs.allSatisfy(\.isFinished)
  }

  /// Readies a run for its task.
  ///
  /// - Returns: nil when it is done, or somebody else trains it.
  private func row(_ index: Int, _ folder: inout SweepFolder) throws -> SlurmSubmission.Row? {
    let slot = folder.slot(index)
    switch try slot.claim() {
    case .held(let holder):
      if !isQuiet {
        Terminal.tell("\(slot.name) is being trained by \(holder.name), and is not submitted")
      }
      return nil
    case .taken(let lock):
      defer { lock.release() }
      if slot.isFinished { return nil }
      _ = try slot.makeRoom()
      try folder.writeRecipe(index)
      return SlurmSubmission.Row(
        run: slot.name, setsThreads: folder.runs[index].recipe.threads != nil)
    }
  }

  private func announcement(
    _ job: String, _ submission: SlurmSubmission, _ folder: SweepFolder
  ) -> String {
    let (runs, tasks) = (submission.rows.count, submission.taskCount)
    let share = runs == tasks ? "a task each" : "\(tasks) tasks of up to \(submission.perTask)"
    return """
      Job \(job): \(runs) run\(runs == 1 ? "" : "s") of \(folder.path), \(share)
        script  \(folder.path)/slurm/\(URL(fileURLWithPath: submission.path).lastPathComponent)/job.sh
        look    the same command again, or: squeue --job \(job)
        logs    \(folder.path)/logs
        cancel  scancel \(job)
      """
  }

  private func listing(_ folder: SweepFolder, _ found: SweepStates) -> String {
    let rows = zip(folder.runs, found.states).map { run, state in
      let detail = state.detail.map { ": \($0)" } ?? ""
      return [run.entry.folder, state.word + detail]
    }
    let width = rows.map { $0[0].count }.max() ?? 0
    let lines = rows.map { row in
      row[0] + String(repeating: " ", count: width - row[0].count + 2) + row[1]
    }
    return (["\(folder.path): \(found.counts)"] + lines).joined(separator: "\n")
  }
}
