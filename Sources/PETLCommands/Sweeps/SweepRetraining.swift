import Foundation
import PETL
import Recipes
import Studies
import Training

/// Trains the settings that the validation split chose once more, on the images of training and validation together.
struct SweepRetraining {
  let sweep: SweepRecipe
  let registry: PluginRegistry
  let jobs: Int
  let isQuiet: Bool

  /// Trains them in the folder of the sweep.
  ///
  /// - Parameters:
  ///   - folder: of the sweep, none of whose runs goes on.
  ///   - comparison: with the choices.
  ///   - judgement: how they were chosen; what was trained again is written down with it.
  /// - Returns: the runs that failed, or what all of them came to.
  /// - Throws: `DiagnosticError` when a run cannot be trained so, or a file cannot be written.
  func run(
    _ folder: SweepFolder, _ comparison: RunComparison, _ judgement: SweepJudgement
  ) throws -> (failed: [SweepFolder.Run], comparison: RunComparison?) {
    let all = folder.runs.map { folder.file($0.entry.folder) }
    let finished = zip(folder.runs, all).filter(\.0.isFinished).map(\.1)
    let retraining = Retraining(comparison, of: try FinishedRuns(finished))
    let indices = retraining.runs.compactMap(all.firstIndex)
    let again = try sweep.retrained(indices.compactMap(folder.point))
    var other = try SweepFolder(
      folder.path, sweep: again, program: TrainingProgram(running: registry).identity)
    try other.prepare()
    if !isQuiet {
      let count = other.runs.count { !$0.isFinished }
      Terminal.tell(
        "\(count) of \(other.runs.count) chosen runs are to be trained again, on train+val")
    }
    let workers = SweepWorkers(
      jobs: jobs, isQuiet: isQuiet, plugins: registry.sources, waits: true)
    _ = try workers.run(&other, Array(other.runs.indices))
    let failed = other.runs.filter { $0.entry.failure != nil }
    guard failed.isEmpty else { return (failed, nil) }
    let folders = other.folders
    let pairs = zip(indices, folders).map { (all[$0], $1) }
    let names = zip(indices, other.folders).map { index, path in
      (folder.runs[index].entry.folder, URL(fileURLWithPath: path).lastPathComponent)
    }
    var judgement = judgement
    judgement.retrained = Dictionary(names) { first, _ in first }
    try judgement.write(in: folder.path)
    return ([], try retraining.comparison(Dictionary(pairs) { first, _ in first }))
  }
}
