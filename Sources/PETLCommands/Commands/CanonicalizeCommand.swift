import Answers
import ArgumentParser
import Checkpoints
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl canonicalize`.
struct CanonicalizeCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "canonicalize",
    abstract: "Re-factor a linear adapter so that its subspaces share nothing; its function stays.",
    discussion: """
      The factors A and B of a linear adapter can be chosen freely as long as BᵀA stays. This chooses \
      those whose subspaces are uncorrelated and equally strong on both sides (docs/mathematics.md). \
      Given the folder of a run, leaves a folder that petl evaluate reads; given a PEFT folder, leaves \
      a PEFT folder.

      Examples:
        petl canonicalize runs/quickstart --output runs/canonical --balance data
        petl canonicalize peft-folder --output canonical
      """)

  @Argument(help: "The folder of a run, or a PEFT LoRA folder.", completion: .directory)
  var adapter: String

  @Option(help: "The folder to leave; new or empty.", completion: .directory)
  var output: String

  @Option(
    help: "svd: by the singular values of the change of the weight; data: by training images.")
  var balance = "svd"

  @Option(help: "How many training images at most, with --balance data; 256 when left out.")
  var images: Int?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the run's recipe.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [adapter] }

  func run(with registry: PluginRegistry) throws {
    guard let balance = Canonicalization.Balance(rawValue: balance) else {
      throw DiagnosticError("there is no balance '\(balance)'", hints: ["expected svd or data"])
    }
    if let images {
      guard images > 0 else {
        throw DiagnosticError("--images is \(images)", hints: ["expected at least 1"])
      }
      guard balance == .data else {
        throw DiagnosticError("--images goes with --balance data; svd looks at no image")
      }
    }
    guard FileManager.default.fileExists(atPath: adapter) else {
      throw DiagnosticError(
        missing: adapter, "folder", hints: ["expected the folder of a run, or a PEFT folder"])
    }
    try checkEmpty(output)
    let isRun = FileManager.default.fileExists(atPath: adapter + "/recipe.yaml")
    let result = try isRun ? gaugedRun(registry, balance) : gaugedFolder(registry, balance)
    if json { return try Terminal.printJSON(result) }
    let width = result.parts.map(\.name.count).max() ?? 0
    for part in result.parts {
      let pad = String(repeating: " ", count: width - part.name.count)
      Terminal.say(
        "\(part.name)\(pad)  mean |ρ| \(fixed(part.redundancyBefore, 4)) → "
          + "\(fixed(part.redundancyAfter, 4)), change of ΔW \(part.change == 0 ? "0" : scientific(part.change)) relative"
      )
    }
    Terminal.say("The same adapter without redundancy is in \(output)")
  }

  private func gaugedRun(
    _ registry: PluginRegistry, _ balance: Canonicalization.Balance
  ) throws -> Canonicalization {
    let source = try RunFolder(existing: adapter)
    let recipe = try source.recipe(registry: registry, overrides: overrides)
    guard recipe.hasClasses else {
      throw DiagnosticError(
        "\(adapter): runs that tell images apart are canonicalized, and this one is of another task",
        hints: FileManager.default.fileExists(atPath: "\(adapter)/adapter/adapter_config.json")
          ? ["its PEFT folder can be: petl canonicalize \(adapter)/adapter --output \(output)"] : []
      )
    }
    let experiment = try source.experiment(registry: registry, overrides: overrides)
    for note in recipe.notes + source.changes(recipe, data: experiment) { Terminal.note(note) }
    return try Workers.with(count: experiment.recipe.threads) {
      let result = try Canonicalization(experiment, balance: balance, images: images ?? 256)
      let target = try RunFolder(creating: output, name: experiment.recipe.name)
      try RunFailure.marking {
        try target.write(
          experiment, of: source,
          metadata: ["canonicalized": balance.rawValue, "petlkit": programVersion])
      }
      return result
    }
  }

  private func gaugedFolder(
    _ registry: PluginRegistry, _ balance: Canonicalization.Balance
  ) throws -> Canonicalization {
    guard balance == .svd else {
      throw DiagnosticError(
        "--balance data needs the folder of a run", hints: ["a PEFT folder names no data"])
    }
    guard overrides.isEmpty else {
      throw DiagnosticError("--set changes the recipe of a run; a PEFT folder has none")
    }
    try checkEmpty(output)
    var folder = try PEFTAdapterFolder.read(adapter, knowing: registry.peftMethods)
    let result = try Canonicalization(&folder)
    folder.metadata["canonicalized"] = balance.rawValue
    try RunFailure.marking { try folder.write(to: output) }
    return result
  }
}
