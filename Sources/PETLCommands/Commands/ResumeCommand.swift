import ArgumentParser
import Foundation
import PETL
import Ranks
import Recipes
import Training

/// `petl resume`.
struct ResumeCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was interrupted, killed, or out of disk.",
    discussion: """
      The run goes on from its last checkpoint: there is one after every epoch, after every five minutes of a \
      longer one, and where an interrupt ended it. What it leaves is, bit for bit, what it would have left \
      without the interruption, on the same machine with as many threads.

      Images that were copied or moved since are read, and must hold the same; --set data.path=FOLDER and \
      --set backbone.weights=FILE say where they are now.

      Examples:
        petl resume runs/quickstart
        petl resume runs/flowers --set data.path=/scratch/flowers
      """)

  /// A recipe may say how many; the run asks again then.
  static var productThreads: Int { 1 }

  @Argument(help: "The folder of the run.", completion: .directory)
  var run: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where the images or the weights are now: data.path=… or backbone.weights=….",
      valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []

  /// The keys that say where something is, and not what.
  private static let places = ["data.path", "backbone.weights"]

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  @Flag(help: "Print nothing but the result and warnings.")
  var quiet = false

  @OptionGroup var ranks: RankArguments

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  static var joinsRanks: Bool { true }
  var pluginPlaces: [String] { [run] }
  var warnsOfChangedPlugins: Bool { false }

  func run(with registry: PluginRegistry) throws {
    if let other = overrides.first(where: { !Self.places.contains(Self.key($0)) }) {
      throw DiagnosticError(
        "--set \(other): a run goes on with the recipe it was started with",
        hints: ["only the places of files may change: \(Self.places.joined(separator: ", "))"])
    }
    let folder = try RunFolder(existing: run)
    if folder.hasEnded {
      if !quiet { Terminal.tell("\(run): the run has ended, there is nothing to go on with") }
      return try RunSession.show(folder.summary(), in: folder, isJSON: json)
    }
    let ranks = try ranks.joined()
    let experiment = try experiment(of: folder, registry)
    try ranks.requireShards(experiment.recipe)
    let program = try TrainingProgram(running: registry)
    let provenance = try RunSession.provenance(
      of: experiment, program, recipe: run, overrides: [])
    let store = try (ranks.isFirst ? folder.sharedStages() : nil).map {
      try StageStore(folder: $0, digests: provenance.digests, program: program.identity)
    }
    let session = RunSession(
      experiment: experiment, provenance: provenance.strings, store: store,
      program: program, ranks: ranks, isQuiet: quiet, isJSON: json)
    let moved = !overrides.isEmpty
    guard ranks.isFirst else {
      return try session.follow { try $0.resume(moved: moved, from: folder) }
    }
    try session.train(in: folder, registry) { try $0.resume(moved: moved) }
  }

  /// What says where things are now, from the root: the run's recipe keeps it, whose other paths are from elsewhere.
  private var places: [String] {
    overrides.map { setting in
      guard let equals = setting.firstIndex(of: "=") else { return setting }
      let path = String(setting[setting.index(after: equals)...])
      guard !path.hasPrefix("/"), FileManager.default.fileExists(atPath: path) else {
        return setting
      }
      let here = FileManager.default.currentDirectoryPath
      return setting[...equals] + "\(here)/\(path)"
    }
  }

  /// The experiment of the run; where it cannot be made, the images or the weights may have been moved.
  private func experiment(
    of folder: RunFolder, _ registry: PluginRegistry
  ) throws -> any TrainableExperiment {
    do {
      return try makeExperiment(folder.recipe(registry: registry, overrides: places))
    } catch let error as DiagnosticError where overrides.isEmpty {
      let hint = "where images or weights were moved: petl resume \(run) --set data.path=FOLDER"
      throw DiagnosticError(
        error.diagnostics.map {
          Diagnostic($0.message, severity: $0.severity, at: $0.span, hints: $0.hints + [hint])
        })
    }
  }

  private static func key(_ change: String) -> String { String(change.prefix { $0 != "=" }) }
}
