import Answers
import ArgumentParser
import Datasets
import PETL
import Recipes
import Training

/// `petl inspect`.
struct InspectCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look into weights, an adapter or a run: tensors, norms, ranks, redundancy.",
    discussion: """
      Tells whose names the tensors have, their shapes, types and norms, how many numbers there are, \
      the digest of the file and what it says of itself; of an adapter also how strong, how \
      orthogonal and how redundant it is at each site. With --images the redundancy of its features is \
      measured on so many of them.

      Examples:
        petl inspect vit_tiny_patch16_224.safetensors
        petl inspect runs/quickstart --images 64
        petl inspect runs/quickstart/adapter --tensors
        petl inspect lora --weights w.safetensors --data digits --images 64
      """)

  @Argument(
    help: "A file of weights, or the folder of an adapter or a run.", completion: .file())
  var path: String

  @Option(
    help: "Of an adapter: the weights that it was trained on, which make its sites known.",
    completion: .file())
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Of weights, or with --weights: attention heads, where nothing beside the file says them.",
      valueName: "count"))
  var heads: Int?

  @Flag(help: "List every tensor; those of several layers share a line otherwise.")
  var tensors = false

  @Option(
    help: ArgumentHelp(
      "Measure the redundancy of features on so many images of --split.", valueName: "count"))
  var images: Int?

  @Option(
    help: ArgumentHelp(
      "The images, as in petl predict; a run's own when left out.", valueName: "set"),
    completion: .file())
  var data: String?

  @Option(help: "The split: train, val, test or train+val; test when left out.")
  var split: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of a run's recipe.", valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []

  @Flag(help: "Print one JSON object, with every tensor.")
  var json = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [path] }

  func validate() throws {
    if let heads, !(1...1024).contains(heads) {
      throw ValidationError("--heads is 1 to 1024.")
    }
    if let images, images < 1 { throw ValidationError("--images is at least 1.") }
    if split != nil, images == nil, data == nil {
      throw ValidationError("--split goes with --images or --data: no image is looked at without.")
    }
  }

  func run(with registry: PluginRegistry) throws {
    let split = try PredictorArguments.split(split ?? "test", allowsBoth: true)
    var inspection = try Inspection(
      path, weights: weights, heads: heads, registry: registry, overrides: overrides)
    if inspection.kind != .run, !overrides.isEmpty {
      throw DiagnosticError("--set changes the recipe of a run; \(path) is none")
    }
    if images != nil || data != nil { try measure(&inspection, split) }
    if images != nil, data == nil, inspection.kind == .run {
      let folder = try RunFolder(existing: path)
      let recipe = try folder.recipe(registry: registry, overrides: overrides)
      if let note = folder.dataChange(recipe) { Terminal.note(note) }
    }
    if json { return try Terminal.printJSON(inspection) }
    Terminal.say(InspectionText.text(inspection, allTensors: tensors))
    for note in inspection.notes { Terminal.note(note) }
    for warning in inspection.warnings { Terminal.complain("warning: \(warning)") }
  }

  /// Adds the redundancy of features.
  private func measure(_ inspection: inout Inspection, _ split: Split) throws {
    guard let predictor = inspection.predictor else {
      if inspection.kind == .run || weights != nil {
        throw DiagnosticError(
          "--images and --data measure features of images, and \(path) is of a network that tells none apart",
          hints: ["petl evaluate RUN says the mean |ρ| of a run on its data"])
      }
      throw DiagnosticError(
        "--images and --data measure features, and \(path) has no network",
        hints: ["name the folder of a run, or give the --weights of an adapter"])
    }
    let dataset = try predictor.dataset(data)
    let all = try dataset.images(of: split)
    let count = min(images ?? all.count, all.count)
    try inspection.measure(
      on: all.selecting(Array(0..<count)),
      called: "\(count) images of \(dataset.name) \(split.rawValue)")
  }
}
