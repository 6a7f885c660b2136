import PETL
import PETLPlugins
import Recipes
import TestSupport

@testable import Training

/// A folder with tiny random language models, labelled texts, and room for runs.
final class TextLaboratory {
  let scratch: ScratchFolder
  /// The folder; gone when the laboratory is.
  var folder: String { scratch.path }

  init(_ model: String = "bert", isEncoder: Bool = true) throws {
    scratch = try ScratchFolder()
    try scratch.writeLanguageModel(model, to: "model", isEncoder: isEncoder)
    let kinds: [(name: String, label: (Int) -> String)] = [
      ("classes", { "\"\(["x", "y", "z"][$0])\"" }), ("number", { "\(Double($0) - 1)" }),
      ("several", { ["[]", "[\"x\"]", "[\"x\", \"y\"]"][$0] }),
    ]
    for (kind, label) in kinds {
      for (split, range) in [("train", 0..<36), ("val", 36..<48), ("test", 48..<60)] {
        let lines = range.map { index in
          "{\"text\": \"\(Self.text(index))\", \"label\": \(label(index % 3))}"
        }
        try scratch.write(lines.joined(separator: "\n"), to: "\(kind)/\(split).jsonl")
      }
    }
  }

  /// Three to nine letters, of which the second decides the class.
  static func text(_ index: Int) -> String {
    let letters = Array("defghijklm")
    let rest = (0..<(1 + index * 5 % 7)).map { letters[(index * 7 + $0 * (index % 4 + 1)) % 10] }
    return "\(letters[index % 10])\(["a", "b", "c"][index % 3])" + String(rest)
  }

  /// A recipe on the tiny model: one thread, steps of nine texts.
  func recipe(
    _ text: String = "", kind: String = "classes", adapter: String = "{type: lora, rank: 4}",
    _ overrides: [String] = []
  ) throws -> Recipe {
    let base = """
      threads: 1
      backbone: {weights: \(folder)/model}
      data: {type: text, path: \(folder)/\(kind)}
      adapter: \(adapter)
      batch_size: 9
      optimizer: {learning_rate: 1e-2}

      """
    let length = text.contains("epochs:") ? "" : "epochs: 2\n"
    let labels = kind == "classes" || text.contains("text:") ? "" : "text: {labels: \(kind)}\n"
    return try Recipe(
      text: base + length + labels + text, name: "r.yaml", overrides: overrides,
      registry: PluginRegistry.builtIn())
  }

  /// Trains what a recipe says in a new folder.
  func run(_ recipe: Recipe, in name: String = "run") throws -> (RunFolder, RunSummary) {
    let run = try RunFolder(creating: "\(folder)/\(name)", name: recipe.name)
    let summary = try Runner(
      try makeExperiment(recipe), folder: run, provenance: ["by": "test"]
    ).run()
    return (run, summary)
  }
}
