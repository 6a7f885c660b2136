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
      A section 'sweep' of the recipe, or lists after --set, say what varies: grid, paired, random, \
      data, seeds. Each run gets a numbered folder. A run that finished is never repeated, also when the \
      command is given again after an interruption; runs that failed are tried again then. Stages that \
      runs have in common are trained once. report.html in the sweep's folder shows it all.

      Examples:
        petl sweep Examples/recipes/sweep-lambda.yaml
        petl sweep recipe.yaml --set adapter.rank=2,4,8 --set seed=0,1,2 --jobs 2
        petl sweep recipe.yaml --dry-run
        petl sweep recipe.yaml --on slurm --time 2:00:00 --cpus 8
        petl sweep recipe.yaml --shard 3/16
        petl sweep recipe.yaml --select best-val --retrain

      Any number of sweeps, on all machines that share the folder, may work in it at once: a run is trained \
      by one of them. With --on slurm the runs become one job array; the same command again shows what became \
      of them, and submits what is missing.
      """)

  static var productThreads: Int { 0 }

  @OptionGroup var arguments: RecipeArguments

  @Option(help: "The folder of the sweep; sweeps/NAME when left out.", completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "So many runs side by side, which share the threads; 1 when left out, on Slurm as many as there are.",
      valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Let a batch system train the runs.", valueName: "system"))
  var on: SweepScheduler?

  @Option(
    help: ArgumentHelp(
      "Train the K-th of N parts only, and write no table: of every N runs in a row the K-th.",
      valueName: "k/n"), transform: shard)
  var shard: SweepShard?

  @Flag(
    help: """
      List the runs and what became of them, and how long the others will take by timing some steps; \
      write nothing.
      """)
  var dryRun = false

  @Flag(
    help: """
      Print the comparison as petl compare --json does; with --retrain the one that chose and the one after it; \
      with --dry-run, --shard or --on the runs and their states.
      """)
  var json = false

  @Flag(help: "Print nothing but the result and warnings.")
  var quiet = false

  @OptionGroup(title: "Which setting counts") var settings: SettingArguments

  @Option(
    help: ArgumentHelp(
      "With --select, train all settings briefly, then for N times as long the better N-th part of those of each "
        + "method, and so on (successive halving); the last ones have the recipe's length.",
      valueName: "n"))
  var halving: Int?

  @Flag(
    help: """
      With --select, train the chosen settings once more, on the images of training and validation together.
      """)
  var retrain = false

  @OptionGroup(title: "With --on slurm") var slurm: SlurmArguments

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [arguments.recipe] }

  @Sendable private static func shard(_ text: String) throws -> SweepShard {
    guard let shard = SweepShard(text) else {
      throw ValidationError(
        "expected K/N, two whole numbers from 1 to \(SweepShard.mostCount) with K at most N, as in 3/16"
      )
    }
    return shard
  }

  func run(with registry: PluginRegistry) throws {
    var sweep = try SweepRecipe(
      path: arguments.recipe, overrides: arguments.overrides, registry: registry)
    try settings.rule?.check(sweep)
    for note in sweep.remarks { Terminal.note(note) }
    if retrain {
      let again = try sweep.retrained(Array(sweep.points.indices))
      _ = try SweepFolder(
        output ?? "sweeps/\(sweep.name)", sweep: again,
        program: TrainingProgram(running: registry).identity)
    }
    if let halving {
      guard let left = try halve(sweep, halving, registry) else { return }
      sweep = sweep.selecting(left)
    }
    var folder = try SweepFolder(
      output ?? "sweeps/\(sweep.name)", sweep: sweep,
      program: TrainingProgram(running: registry).identity, isChosenOf: settings.rule != nil)
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
    if sweep.points.count == 1, halving == nil {
      Terminal.note(
        "nothing varies: this is one run; a section 'sweep' or lists after --set (adapter.rank=2,4) make more"
      )
    }
    if on == .slurm { return try submit(&folder, registry) }
    let all = Array(folder.runs.indices)
    let indices = shard.map { shard in all.filter(shard.takes) } ?? all
    if dryRun {
      if json { return try Terminal.printJSON(states(folder, indices)) }
      Terminal.say(listing(folder, indices))
      return estimate(folder, indices)
    }
    try folder.prepare()
    let finished = indices.count { folder.runs[$0].isFinished }
    if !quiet, finished > 0 {
      Terminal.tell("\(finished) of \(indices.count) runs are finished")
    }
    let workers = SweepWorkers(
      jobs: jobs ?? 1, isQuiet: quiet, plugins: registry.sources, waits: shard == nil)
    let elsewhere = try RunFailure.marking { try workers.run(&folder, indices) }
    if let shard {
      try end(shard, folder, indices, finished: finished, elsewhere: elsewhere)
    } else {
      try end(folder, again: retrain ? (sweep, registry) : nil)
    }
  }

  /// Lets Slurm train what is missing; the table and the report come when all is there.
  private func submit(_ folder: inout SweepFolder, _ registry: PluginRegistry) throws {
    let system = try Slurm()
    let sweep = SlurmSweep(
      slurm: system, request: try slurm.request(atOnce: jobs), plugins: registry.sources,
      isQuiet: quiet, isForPrograms: json)
    if dryRun {
      if json { return try Terminal.printJSON(states(folder, try SweepStates(folder, system))) }
      return try sweep.show(folder)
    }
    // Before anything is written: the controller may not answer.
    let most = try system.mostTasks()
    try folder.prepare()
    let isDone = try sweep.submit(&folder, mostTasks: most)
    if !isDone, !slurm.wait {
      if json { try Terminal.printJSON(states(folder, try SweepStates(folder, system))) }
      return
    }
    if isDone { return try endSubmitted(folder, try SweepStates(folder, system)) }
    let found = try RunFailure.marking {
      try SlurmWait(slurm: system, isQuiet: quiet).run(&folder)
    }
    let lost = found.states.count { $0.word == "lost" }
    if lost > 0 {
      Terminal.complain(
        "error: \(lost) of \(found.states.count) runs are lost: the same command again")
    }
    try endSubmitted(folder, found)
    if lost > 0 { throw ExitCode(1) }
  }
}
