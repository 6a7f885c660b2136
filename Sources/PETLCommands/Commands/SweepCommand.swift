import ArgumentParser
import Checkpoints
import Foundation
import PETL
import Recipes
import Reports
import Studies
import Training

/// `petl sweep`.
struct SweepCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train every run of a recipe's sweep, and compare them.",
    discussion: """
      A section 'sweep' of the recipe, or lists after --set, say what varies: grid, paired, data, \
      seeds. Each run gets a numbered folder. A run that finished is never repeated, also when the \
      command is given again after an interruption; runs that failed are tried again then. Stages that \
      runs have in common are trained once. report.html in the sweep's folder shows it all.

      Examples:
        petl sweep Examples/recipes/sweep-lambda.yaml
        petl sweep recipe.yaml --set adapter.rank=2,4,8 --set seed=0,1,2 --jobs 2
        petl sweep recipe.yaml --dry-run
      """)

  static var productThreads: Int { 0 }

  @OptionGroup var arguments: RecipeArguments

  @Option(help: "The folder of the sweep; sweeps/NAME when left out.", completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("So many runs side by side; they share the threads.", valueName: "n"))
  var jobs = 1

  @Flag(
    help: """
      List the runs and what became of them, and how long the others will take by timing some steps; \
      write nothing.
      """)
  var dryRun = false

  @Flag(help: "Print nothing but the result and warnings.")
  var quiet = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [arguments.recipe] }

  func validate() throws {
    if !(1...256).contains(jobs) { throw ValidationError("--jobs is between 1 and 256.") }
  }

  func run(with registry: PluginRegistry) throws {
    let sweep = try SweepRecipe(
      path: arguments.recipe, overrides: arguments.overrides, registry: registry)
    var folder = try SweepFolder(
      output ?? "sweeps/\(sweep.name)", sweep: sweep,
      program: TrainingProgram(running: registry).identity)
    let doubles = sweep.points.count - folder.runs.count
    if doubles > 0 {
      Terminal.complain(
        "warning: \(doubles) of \(sweep.points.count) combinations train just what another does "
          + "and are left out")
    }
    let marked = sweep.points.count { $0.recipe.selection == .bestTest }
    if marked > 0 {
      Terminal.complain(
        "warning: \(marked) of \(sweep.points.count) runs: \(Recipe.Selection.markMeaning)")
    }
    let others = folder.others
    if !others.isEmpty {
      let more = others.count > 3 ? " and \(others.count - 3) more" : ""
      Terminal.complain(
        "warning: \(others.prefix(3).joined(separator: ", "))\(more) in \(folder.path) are of another "
          + "recipe, build of \(ProgramName.own), plugin file, weights or data, or of images that were "
          + "copied or written anew since; "
          + "these combinations are trained anew, and those folders stay")
    }
    if dryRun {
      Terminal.say(listing(folder))
      return estimate(folder)
    }
    let lock = try folder.prepare()
    defer { lock.release() }
    let finished = folder.runs.count(where: \.isFinished)
    if !quiet, finished > 0 {
      Terminal.tell("\(finished) of \(folder.runs.count) runs are finished")
    }
    try RunFailure.marking {
      try SweepWorkers(jobs: jobs, isQuiet: quiet, plugins: registry.sources).run(&folder)
    }
    let failed = folder.runs.filter { $0.entry.failure != nil }
    let ended = folder.runs.filter { $0.entry.failure == nil }
    if !ended.isEmpty { compare(ended.map { folder.file($0.entry.folder) }) }
    if SweepReport.leave(in: folder.path) {
      Terminal.say("\nThe report is \(folder.file("report.html"))")
    }
    guard failed.isEmpty else {
      let names = failed.map(\.entry.folder).joined(separator: ", ")
      Terminal.complain("error: \(failed.count) of \(folder.runs.count) runs failed: \(names)")
      throw ExitCode(1)
    }
  }

  /// Prints what the runs came to, on the test split where they have one.
  ///
  /// Runs that cannot be compared are no failure of the sweep: their own figures are in their folders.
  private func compare(_ runs: [String]) {
    do {
      let comparisons = ComparedFigure.usual.lazy.compactMap {
        try? RunComparison(runs, figure: $0)
      }
      let comparison = try comparisons.first ?? RunComparison(runs)
      for warning in comparison.warnings { Terminal.complain("warning: \(warning)") }
      Terminal.say(try ComparisonText(comparison).text(.text))
    } catch {
      Terminal.complain(lines: "warning: the runs cannot be compared: \(error)")
    }
  }

  /// Says how long the runs will take that are not finished, by timing steps of each kind.
  private func estimate(_ folder: SweepFolder) {
    let waiting = folder.runs.count { !$0.isFinished }
    guard waiting > 0 else { return }
    let estimate = SweepEstimate(folder, jobs: jobs) { number, count in
      if !quiet { Terminal.tell("timing steps of kind \(number) of \(count)") }
    }
    for failure in Set(estimate.failures).sorted() {
      Terminal.complain(lines: "warning: a kind of stage cannot be timed: \(failure)")
    }
    let threads = "\(Workers.count) thread\(Workers.count == 1 ? "" : "s")"
    Terminal.say(
      "\n\(waiting) of \(folder.runs.count) runs are to be trained: about "
        + "\(duration(estimate.seconds)) of wall time on \(threads) with --jobs \(jobs), by steps of "
        + "\(estimate.kinds) kind\(estimate.kinds == 1 ? "" : "s") of stages timed here and now")
  }

  private func listing(_ folder: SweepFolder) -> String {
    let rows = folder.runs.map { run in
      [
        run.entry.folder,
        run.isFinished ? "finished" : run.entry.failure == nil ? "to be trained" : "failed",
      ]
    }
    return Terminal.table(["run in \(folder.path)", "state"], rows)
  }
}
