import Backbones
import Datasets
import Foundation
import Networks
import PETL
import Ranks
import Recipes
import Reports
import Training

/// A run in its folder, from the first word to the last: what `petl run` and `petl resume` have in common.
struct RunSession {
  let experiment: any TrainableExperiment
  let provenance: [String: String]
  let store: StageStore?
  let program: TrainingProgram
  let ranks: any Ranks
  let isQuiet: Bool
  let isJSON: Bool

  /// Where a run comes from.
  struct Provenance {
    let digests: ContentDigests
    let strings: [String: String]
  }

  /// What is kept about where a run comes from, with the digests of what it reads.
  static func provenance(
    of experiment: any TrainableExperiment, _ program: TrainingProgram, recipe path: String,
    overrides: [String]
  ) throws -> Provenance {
    let (digests, recipe) = (try ContentDigests(experiment), experiment.recipe)
    var strings = [
      "recipe": path, "overrides": overrides.joined(separator: " "),
      "petl": programVersion, "weights": recipe.backbone.weights,
      "normalization": "\(recipe.data.normalization)", "weights_sha256": digests.weights,
      "data_sha256": digests.data,
    ]
    strings["references_sha256"] = digests.references
    if !program.plugins.isEmpty {
      strings["plugins"] = program.plugins.map { "\($0.name) \($0.digest)" }.joined(separator: ", ")
    }
    strings.merge(experiment.dataProvenance) { own, _ in own }
    return Provenance(digests: digests, strings: strings)
  }

  /// Trains, says how it went, and leaves a report.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - registry: the plugins, for the report.
  ///   - body: runs the runner, or resumes its run.
  /// - Throws: `RunFailure`, or the exit code of a run that was interrupted.
  func train(
    in folder: RunFolder, _ registry: PluginRegistry, _ body: (Runner) throws -> RunSummary
  ) throws {
    let summary = try trained(in: folder, body)
    RunReport.leave(in: folder, registry: registry)
    try Self.show(summary, in: folder, isJSON: isJSON)
  }

  /// Trains, and says how it goes.
  func trained(in folder: RunFolder, _ body: (Runner) throws -> RunSummary) throws -> RunSummary {
    if !isQuiet { Terminal.tell(introduction) }
    let progress: any RunProgress =
      Terminal.isLive && !isQuiet
      ? LiveReport(experiment.recipe, unit: experiment.recipe.data.unit)
      : ProgressReport(isQuiet: isQuiet, unit: experiment.recipe.data.unit)
    if !ranks.isAlone {
      progress.note(
        Note("\(ranks.description), \(experiment.recipe.microShards ?? 1) micro-shards a step"))
    }
    if Launch.strangers > 1 {
      progress.note(
        Note(
          "srun started \(Launch.strangers) processes without MPI: each trains by itself; "
            + "one run in all of them is started by srun --mpi=pmix"))
    }
    let hints = [MachineReport.coreHint, MachineReport.precisionHint(experiment.recipe)]
    for hint in hints.compactMap(\.self) { progress.note(Note(hint)) }
    let signals = StopSignals { progress.note(Note($0)) }
    let runner = Runner(
      experiment, folder: folder, provenance: provenance, reuse: store, program: program,
      observer: progress,
      stop: signals.stop, ranks: ranks)
    do {
      return try progress.during { try Workers.with(count: ranks.threads) { try body(runner) } }
    } catch let interrupted as TrainingInterrupted {
      let more =
        ranks.isAlone ? "" : ", or by mpirun with as many processes as there are micro-shards"
      let isKept = experiment.recipe.trial == nil
      Terminal.complain(isKept ? "\(interrupted)\(more)" : "interrupted; nothing is kept")
      throw signals.exitCode
    } catch {
      throw RunFailure(cause: error)
    }
  }

  /// Refuses ranks that were given something else, before anything is written.
  ///
  /// - Parameter options: those of the command line that they must have in common.
  /// - Throws: `DiagnosticError` with every difference to the first rank.
  func agree(on options: [String: String]) throws {
    let runner = Runner(experiment, provenance: provenance, program: program, ranks: ranks)
    try Workers.with(count: ranks.threads) { try runner.agree(on: options) }
  }

  /// Trains as a rank that writes nothing and says nothing.
  ///
  /// - Parameter body: runs the runner, or resumes its run.
  /// - Throws: `RunFailure`, or the exit code of a run that was interrupted.
  func follow(_ body: (Runner) throws -> RunSummary) throws {
    let signals = StopSignals { _ in }
    let runner = Runner(
      experiment, provenance: provenance, program: program, stop: signals.stop, ranks: ranks)
    do {
      _ = try Workers.with(count: ranks.threads) { try body(runner) }
    } catch is TrainingInterrupted {
      throw signals.exitCode
    } catch {
      throw RunFailure(cause: error)
    }
  }

  /// Prints the outcome of a run.
  static func show(_ summary: RunSummary, in folder: RunFolder, isJSON: Bool) throws {
    if isJSON { return try Terminal.printJSON(Report(summary: summary, folder: folder.path)) }
    Terminal.say("\n" + SummaryTable.text(summary))
    let format = summary.adapterFormat ?? "none"
    Terminal.say("\nEverything is in \(folder.path) (adapter format: \(format))")
  }

  /// The summary with the folder it is in.
  private struct Report: Encodable {
    let summary: RunSummary
    let folder: String

    private enum Key: CodingKey {
      case folder
    }

    func encode(to encoder: any Encoder) throws {
      try summary.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(folder, forKey: .folder)
    }
  }

  private var introduction: String {
    let model = experiment.network
    let adapter = experiment.recipe.adapter?.plugin.descriptor.name ?? "head only"
    let sites = model.adapters.entries.count
    let place = sites > 0 ? " at \(sites) sites" : ""
    return "\(experiment.recipe.name): \(adapter)\(place), "
      + "\(model.adapterParameterCount) + \(model.headParameterCount) (head) numbers trained on "
      + experiment.dataDescription
  }
}
