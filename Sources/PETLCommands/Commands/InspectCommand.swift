import ArgumentParser
import Datasets
import PETL
import Recipes
import Training

/// `petl inspect`.
struct InspectCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look into weights, an adapter or a run: tensors, norms, ranks, redundancy.",
    discussion: """
      Tells whose names the tensors have, their shapes, types and norms, how many numbers there are, \
      the digest of the file and what it says of itself; of an adapter also how strong, how \
      orthogonal and how redundant it is at each site. With --images the redundancy of a run's \
      features is measured on so many of them.

      Examples:
        petl inspect vit_tiny_patch16_224.safetensors
        petl inspect runs/quickstart --images 64
        petl inspect runs/quickstart/adapter --tensors
      """)

  @Argument(
    help: "A file of weights, or the folder of an adapter or a run.", completion: .file())
  var path: String

  @Flag(help: "List every tensor; those of several layers share a line otherwise.")
  var tensors = false

  @Option(
    help: ArgumentHelp(
      "Measure a run's redundancy on so many images of --split.", valueName: "count"))
  var images: Int?

  @Option(
    help: ArgumentHelp(
      "The images: a .safetensors set, or an embedded one; a run's own when left out.",
      valueName: "set"), completion: .file())
  var data: String?

  @Option(help: "The split: train, val, test or train+val.")
  var split = "test"

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of a run's recipe.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Print one JSON object, with every tensor.")
  var json = false

  func validate() throws {
    if let images, images < 1 { throw ValidationError("--images is at least 1.") }
  }

  func run(with registry: PluginRegistry) throws {
    let split = try PredictorArguments.split(split, allowsBoth: true)
    var inspection = try Inspection(path, registry: registry, overrides: overrides)
    if inspection.kind != .run, !overrides.isEmpty {
      throw DiagnosticError("--set changes the recipe of a run; \(path) is none")
    }
    if images != nil || data != nil { try measure(&inspection, split) }
    if json { return try Terminal.printJSON(inspection) }
    print(InspectionText.text(inspection, allTensors: tensors))
    for warning in inspection.warnings { Terminal.complain("warning: \(warning)") }
  }

  /// Adds the redundancy of features.
  private func measure(_ inspection: inout Inspection, _ split: Split) throws {
    guard let predictor = inspection.predictor else {
      throw DiagnosticError(
        "--images and --data measure the features of a run; \(path) is none",
        hints: ["name the folder of the run"])
    }
    guard let recipe = try data.map({ try DataRecipe(reference: $0) }) ?? predictor.data else {
      return
    }
    let dataset = try recipe.opened()
    let all = try dataset.images(of: split)
    let count = min(images ?? all.count, all.count)
    try RunFailure.marking {
      try inspection.measure(
        on: all.selecting(Array(0..<count)),
        called: "\(count) images of \(dataset.name) \(split.rawValue)")
    }
  }
}
