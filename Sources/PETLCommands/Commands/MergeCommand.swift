import AdapterFiles
import ArgumentParser
import Checkpoints
import Foundation
import Networks
import PETL
import Training

/// `petl merge`.
struct MergeCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put a linear adapter into the weights of its network.",
    discussion: """
      Leaves a safetensors file with the names, shapes and types of the weights, which any library \
      loads without an adapter, at the speed of the plain network. The adapter's head takes the \
      place of the file's unless --head keep. What is not linear is refused.

      With a language model as --weights it leaves a folder as transformers has it, with the files of the \
      tokenizer, or a GGUF file where --output ends in .gguf.

      Examples:
        petl merge runs/quickstart --output merged.safetensors
        petl merge peft-folder --weights vit.safetensors --output merged.safetensors
        petl merge peft-folder --weights smollm2 --output merged
        petl merge peft-folder --weights lm.gguf --dtype q8_0 --output merged.gguf
      """)

  @OptionGroup var shared: MergeArguments

  @Option(help: "replace: take the adapter's head; keep: leave the file's.")
  var head = "replace"

  @Option(
    help: ArgumentHelp(
      "Of a language model: f32, f16 or bf16, the type of each tensor when left out; of a GGUF file also q8_0, f16 when left out.",
      valueName: "type"))
  var dtype: String?

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [shared.adapter] }

  func run(with registry: PluginRegistry) throws {
    guard ["replace", "keep"].contains(head) else {
      throw DiagnosticError("--head is '\(head)'", hints: ["expected replace or keep"])
    }
    try shared.checkInputs()
    if let weights = try LanguageWeights.of(shared.adapter, weights: shared.weights, registry) {
      return try runLanguage(weights, registry)
    }
    if dtype != nil {
      throw DiagnosticError(
        "--dtype goes with a language model: the tensors of other weights keep their types")
    }
    let report = try shared.run(.merge, keepsHead: head == "keep", registry)
    if shared.json { return }
    if let before = report.classesBefore, let after = report.classes, before != after {
      Terminal.say("The head has \(after) classes now, the weights had \(before)")
    }
  }
}

/// `petl unmerge`.
struct UnmergeCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmerge",
    abstract: "Take a merged adapter out of weights again, up to rounding.",
    discussion: """
      Only what was added beside a weight can be taken away: LoRA and its like, not adapters that \
      multiply weights, and not a head. Whoever still has the base weights should use them.

      Examples:
        petl unmerge runs/quickstart --weights m.safetensors --output b.safetensors
      """)

  @OptionGroup var shared: MergeArguments

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [shared.adapter] }

  func run(with registry: PluginRegistry) throws {
    try shared.checkInputs()
    guard shared.weights != nil else {
      throw DiagnosticError(
        "there are no merged weights", hints: ["give the merged file with --weights"])
    }
    if let weights = shared.weights, LanguageWeights.recognizes(weights) {
      throw DiagnosticError(
        "\(weights) is a language model, out of which no adapter is taken",
        hints: ["use the weights from before"])
    }
    _ = try shared.run(.unmerge, keepsHead: true, registry)
  }
}

/// What `merge` and `unmerge` share.
struct MergeArguments: ParsableArguments {
  @Argument(
    help: "The folder of a run, a PEFT or mlx folder, or an adapter.safetensors.",
    completion: .file())
  var adapter: String

  @Option(help: "The weights; those of the run when left out.", completion: .file())
  var weights: String?

  @Option(
    help: "The safetensors file to write; of a language model a folder or a .gguf file.",
    completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "The side of the images in pixels, for adapters that depend on it.", valueName: "pixels"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      "How positions are resampled to that size: timm or transformers; as the run did, or the library of the names does, when left out.",
      valueName: "timm|transformers"))
  var positionResampling: String?

  @Option(
    help: ArgumentHelp(
      "Attention heads, where neither the run nor a file beside the weights says them.",
      valueName: "count"))
  var heads: Int?

  @Flag(help: "Go on although the probe in the adapter is not reproduced by these weights.")
  var unverified = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let imageSize, !(1...4096).contains(imageSize) {
      throw ValidationError("--image-size is 1 to 4096.")
    }
  }

  /// Refuses an adapter or weights that are not there, before anything is said of the output.
  func checkInputs() throws {
    guard FileKind.seen(at: adapter) != nil else {
      throw DiagnosticError(
        "there is no adapter at '\(adapter)'",
        hints: ["expected the folder of a run, of an adapter, or an adapter.safetensors"])
    }
    guard let weights, WeightReference(weights).embeddedName == nil,
      FileKind.seen(at: weights) == nil
    else { return }
    throw DiagnosticError(
      "there are no weights at '\(weights)'",
      hints: ["leave --weights out for those that the run was trained on"])
  }

  /// Merges or unmerges, and prints what was done.
  func run(
    _ direction: WeightMerge.Direction, keepsHead: Bool, _ registry: PluginRegistry
  ) throws -> AdapterMerging.Report {
    if let heads, !(1...1024).contains(heads) {
      throw DiagnosticError("--heads is \(heads)", hints: ["expected 1 to 1024"])
    }
    guard output.hasSuffix(".safetensors") else {
      throw DiagnosticError(
        "--output is '\(output)'", hints: ["expected the name of a .safetensors file"])
    }
    try checkFree(output)
    let merging = try AdapterMerging(
      AdapterMerging.Request(
        adapter: adapter, weights: weights, imageSize: imageSize, heads: heads,
        positionResampling: positionResampling.map { try .init(word: $0) }, direction: direction,
        keepsHead: keepsHead, verifies: !unverified), registry: registry)
    let report = merging.report
    try RunFailure.marking { try writeAtomically(merging.data, to: output) }
    if json {
      try Terminal.printJSON(report)
      return report
    }
    for note in report.notes { Terminal.note(note) }
    let what = direction == .merge ? "merged into" : "taken out of"
    Terminal.say(
      "\(output): the adapter \(what) \(report.changed.count) of \(report.tensors) tensors; "
        + "features differ by at most \(scientific(report.difference)) of the largest"
        + (report.roundingLoss.map {
          "; rounding loses \(fixed(100 * $0, 1)) % of the change"
        } ?? "")
        + (report.probe.map { ", its probe by \(scientific($0))" } ?? ""))
    return report
  }
}
