import ArgumentParser
import PETL
import Ranks
import Recipes
import Training

/// The recipe and its overrides, as several commands take them.
struct RecipeArguments: ParsableArguments {
  @Argument(help: "A recipe, such as Examples/recipes/quickstart.yaml.", completion: .file())
  var recipe: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Change a value of the recipe: --set adapter.rank=4. May be repeated.",
      valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []

  func read(_ registry: PluginRegistry) throws -> Recipe {
    try Recipe(path: recipe, overrides: overrides, registry: registry)
  }
}

/// `petl run`.
struct RunCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Train what a recipe says, and leave a folder with the results.",
    discussion: """
      The folder holds the recipe with all defaults, the figures of each epoch, a checkpoint and the \
      adapter, as PEFT loads it where PEFT can hold it.

      Examples:
        petl run Examples/recipes/quickstart.yaml
        petl run recipe.yaml --set adapter.rank=4 --set seed=1 --output runs/rank4
        petl run recipe.yaml --smoke

      An interrupt (Ctrl-C) ends the run after the step it is at; petl resume goes on, also after a kill.
      """)

  /// A recipe may say how many; the run asks again then.
  static var productThreads: Int { 1 }
  static var joinsRanks: Bool { true }

  @OptionGroup var arguments: RecipeArguments

  @Option(help: "The folder of the run; a new one under runs/ when left out.")
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A folder of trained stages: those that an earlier run trained in just the same way are taken "
        + "from it, the others are added to it.", valueName: "folder"), completion: .directory)
  var reuse: String?

  @Flag(
    help: """
      Try all of it in seconds: two steps of each stage, 32 examples of each split to measure, and every file, which is \
      then thrown away.
      """)
  var smoke = false

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  @Flag(help: "Print nothing but the result and warnings.")
  var quiet = false

  @OptionGroup var ranks: RankArguments

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [arguments.recipe] }

  func validate() throws {
    if smoke, let option = output != nil ? "--output" : reuse != nil ? "--reuse" : nil {
      throw ValidationError("--smoke keeps nothing: it goes without \(option).")
    }
  }

  func run(with registry: PluginRegistry) throws {
    var recipe = try arguments.read(registry)
    if smoke { recipe.trial = Recipe.Trial() }
    recipe.record(plugins: RunFolder.pluginPaths(registry.sources))
    let ranks = try ranks.joined()
    try ranks.share(&recipe)
    let experiment = try makeExperiment(recipe)
    let program = try TrainingProgram(running: registry)
    let provenance = try RunSession.provenance(
      of: experiment, program, recipe: arguments.recipe, overrides: arguments.overrides)
    let store = try (ranks.isFirst ? reuse : nil).map {
      try StageStore(folder: $0, digests: provenance.digests, program: program.identity)
    }
    let session = RunSession(
      experiment: experiment, provenance: provenance.strings, store: store, program: program,
      ranks: ranks, isQuiet: quiet, isJSON: json)
    try session.agree(on: ["--output": output ?? "", "--reuse": reuse ?? "", "--smoke": "\(smoke)"])
    guard ranks.isFirst else { return try session.follow { try $0.run() } }
    guard smoke else {
      let folder = try RunFolder(creating: output, name: recipe.name)
      return try session.train(in: folder, registry) { try $0.run() }
    }
    try session.trial(registry) { try $0.run() }
  }
}
