import ArgumentParser
import Checkpoints
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl init`.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a recipe or a plugin's package to start from.",
    subcommands: [InitRecipeCommand.self, InitPluginCommand.self])
}

/// `petl init recipe`.
struct InitRecipeCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe",
    abstract: "Look at weights and images, or texts, and write a recipe for them.",
    discussion: """
      The recipe trains LoRA with ReSoRA in two stages, and the matched control. What was found in \
      the weights and the data stands in it as comments.

      Example:
        petl init recipe --weights vit.safetensors --data photographs
        petl init recipe --weights SmolLM2-135M --data questions.jsonl
      """)

  static var productThreads: Int { 0 }

  @Option(help: "A file of weights, or embedded:vit-micro.", completion: .file())
  var weights: String

  @Option(
    help: ArgumentHelp(
      "The images: a folder of classes or of a VTAB-1K task, a .safetensors set, a .csv file, or an "
        + "embedded set such as digits; of a language model the texts, a file or a folder.",
      valueName: "set"),
    completion: .file())
  var data: String

  @Option(help: "The file to write, which must not exist; - prints it.", completion: .file())
  var output = "recipe.yaml"

  @Option(
    help: ArgumentHelp(
      "The side of the images in pixels; that of the weights when left out.", valueName: "pixels"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      "Attention heads of the weights, where nothing beside the file says them.",
      valueName: "count"))
  var heads: Int?

  @Option(help: "The name of the run; that of the images when left out.")
  var name: String?

  func validate() throws {
    if let heads, !(1...1024).contains(heads) {
      throw ValidationError("--heads is 1 to 1024.")
    }
    if let imageSize, !(1...4096).contains(imageSize) {
      throw ValidationError("--image-size is 1 to 4096.")
    }
  }

  func run(with registry: PluginRegistry) throws {
    if output != "-" { try checkFree(output) }
    if LanguageWeights.recognizes(weights) { return try writeForTexts(registry) }
    let images = try DataRecipe(reference: data)
    let recipe = try StarterRecipe(
      name: name ?? Self.name(of: data), weights: weights, data: images, imageSize: imageSize,
      heads: heads, registry: registry)
    try write(recipe.text, recipe.notes)
  }

  /// Writes the recipe of a language model.
  private func writeForTexts(_ registry: PluginRegistry) throws {
    for (option, isGiven) in [("--image-size", imageSize != nil), ("--heads", heads != nil)]
    where isGiven {
      throw DiagnosticError(
        "\(option) goes with a network of images; \(weights) is a language model")
    }
    let recipe = try TextStarterRecipe(
      name: name ?? Self.name(of: data), weights: weights, data: data, registry: registry)
    try write(recipe.text, recipe.notes)
  }

  private func write(_ text: String, _ notes: [Note]) throws {
    for note in notes { Terminal.note(note) }
    if output == "-" { return Terminal.say(text, terminator: "") }
    try RunFailure.marking { try writeAtomically(Array(text.utf8), to: output) }
    Terminal.say("\(output) is written; next: petl validate \(output), petl run \(output)")
  }

  /// What stands in a path before its extension, or behind `embedded:`.
  private static func name(of data: String) -> String {
    let last = URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent
    return String(last.split(separator: ":").last ?? "run")
  }
}

/// `petl init plugin`.
struct InitPluginCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract:
      "Write a file with a plugin of your own, or a package with it, its test and a petl that knows it.",
    discussion: """
      A file is enough to try it: petl compiles it where it is named by --plugin. A package is for those who \
      ship it.

      Examples:
        petl init plugin my-penalty --file
        petl check MyPenalty.swift
        petl run my-penalty.yaml --plugin MyPenalty.swift
        petl init plugin my-adapter --kind adapter
        cd my-adapter && swift test
        swift run -c release petl-my-adapter run recipe.yaml
      """)

  @Argument(help: "The plugin's name in recipes, such as my-adapter.")
  var name: String

  @Option(help: "adapter, regularizer or optimizer; a regularizer when left out, with --file.")
  var kind: String?

  @Flag(help: "Write one file, and a recipe that names the plugin, instead of a package.")
  var file = false

  @Option(help: "The folder to write, or the file; one of the plugin's name when left out.")
  var output: String?

  @Option(
    help: "The folder of PETLKit; looked for above this program and this folder when left out.",
    completion: .directory)
  var petlkit: String?

  func run(with registry: PluginRegistry) throws {
    let kind = try chosenKind()
    if file {
      let starter = try PluginStarter(name: name, kind: kind, petlkit: "", registry: registry)
      let (source, recipe) = try starter.writeFile(to: output)
      return Terminal.say(
        ProgramName.spelled(
          "\(source) and \(recipe) are written; next: petl check \(source) "
            + "&& petl run \(recipe) --plugin \(source)"))
    }
    let starter = try PluginStarter(
      name: name, kind: kind, petlkit: PETLKitFolder.find(petlkit), registry: registry)
    let folder = output ?? name
    try starter.write(to: folder)
    Terminal.say(
      "\(folder) is written; next: cd \(folder) && swift test "
        + "&& swift run -c release \(starter.program) run recipe.yaml")
  }

  private func chosenKind() throws -> PluginStarter.Kind {
    let names = PluginStarter.Kind.allCases.map(\.rawValue)
    let expected =
      "expected " + names.dropLast().joined(separator: ", ") + " or \(names.last ?? "")"
    guard let word = kind else {
      if file { return .regularizer }
      throw DiagnosticError("a package needs --kind", hints: [expected])
    }
    guard let kind = PluginStarter.Kind(rawValue: word) else {
      let nearest = nearestName(to: word, among: names).map { ["did you mean '\($0)'?"] }
      throw DiagnosticError(
        "there is no kind of plugin '\(word)'", hints: (nearest ?? []) + [expected])
    }
    return kind
  }
}
