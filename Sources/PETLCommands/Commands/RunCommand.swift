import ArgumentParser
import Backbones
import Datasets
import PETL
import Recipes
import Reports
import Training

/// The recipe and its overrides, as several commands take them.
struct RecipeArguments: ParsableArguments {
  @Argument(help: "A recipe, such as Examples/recipes/quickstart.yaml.", completion: .file())
  var recipe: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Change a value of the recipe: --set adapter.rank=4. May be repeated.",
      valueName: "key=value"))
  var overrides: [String] = []

  func read(_ registry: PluginRegistry) throws -> Recipe {
    try Recipe(path: recipe, overrides: overrides, registry: registry)
  }
}

/// `petl run`.
struct RunCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Train what a recipe says, and leave a folder with the results.",
    discussion: """
      The folder holds the recipe with all defaults, the figures of each epoch, a checkpoint and the \
      adapter, as PEFT loads it where PEFT can hold it.

      Examples:
        petl run Examples/recipes/quickstart.yaml
        petl run recipe.yaml --set adapter.rank=4 --set seed=1 --output runs/rank4
      """)

  @OptionGroup var arguments: RecipeArguments

  @Option(help: "The folder of the run; a new one under runs/ when left out.")
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A folder of trained stages: those that an earlier run trained in just the same way are taken "
        + "from it, the others are added to it.", valueName: "folder"), completion: .directory)
  var reuse: String?

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  @Flag(help: "Print nothing but the result and warnings.")
  var quiet = false

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

  func run(with registry: PluginRegistry) throws {
    let recipe = try arguments.read(registry)
    let experiment = try makeExperiment(recipe)
    let digests = try ContentDigests(experiment)
    let store = try reuse.map {
      try StageStore(folder: $0, digests: digests, program: PETLTool.version)
    }
    let folder = try RunFolder(creating: output, name: recipe.name)
    if !quiet { Terminal.complain(introduction(experiment)) }
    let progress: any RunProgress =
      Terminal.isLive && !quiet ? LiveReport(recipe) : ProgressReport(isQuiet: quiet)
    if let hint = MachineReport.coreHint { progress.note("note: \(hint)") }
    let runner = Runner(
      experiment, folder: folder,
      provenance: [
        "recipe": arguments.recipe, "overrides": arguments.overrides.joined(separator: " "),
        "petl": PETLTool.version, "weights": recipe.backbone.weights,
        "normalization": recipe.data.normalization, "weights_sha256": digests.weights,
        "data_sha256": digests.data,
      ], reuse: store, observer: progress)
    let summary = try RunFailure.marking { try progress.during { try runner.run() } }
    RunReport.leave(in: folder, registry: registry)
    if json {
      try Terminal.printJSON(Report(summary: summary, folder: folder.path))
    } else {
      print("\n" + SummaryTable.text(summary))
      print(
        "\nEverything is in \(folder.path) (adapter format: \(summary.adapterFormat ?? "none"))")
    }
  }

  private func data(_ experiment: any TrainableExperiment) -> String {
    switch experiment {
    case let experiment as Experiment:
      return "\(experiment.dataset.name), \(experiment.classes.count) classes, "
        + "images of \(experiment.model.backbone.imageSize) px"
    case let experiment as RetrievalExperiment:
      let captions = experiment.pairs.captions
      return "\(experiment.pairs.images.name), \(captions.count) images of "
        + "\(experiment.model.image.imageSize) px with "
        + "\(captions.reduce(0) { $0 + $1.count }) captions"
    default: return "the recipe's data"
    }
  }

  private func introduction(_ experiment: any TrainableExperiment) -> String {
    let model = experiment.network
    let adapter = experiment.recipe.adapter?.plugin.descriptor.name ?? "head only"
    let sites = model.adapters.entries.count
    let place = sites > 0 ? " at \(sites) sites" : ""
    return "\(experiment.recipe.name): \(adapter)\(place), "
      + "\(model.adapterParameterCount) + \(model.headParameterCount) (head) numbers trained on "
      + data(experiment)
  }
}
