import Foundation
import PETL
import Recipes
import TestSupport

@testable import Training

/// A folder with a tiny random decoder, a tokenizer of letters, and texts whose ends follow from their beginnings.
final class LanguageLaboratory {
  let scratch: ScratchFolder
  var folder: String { scratch.path }

  /// - Parameters:
  ///   - model: a fixture of `language`.
  ///   - isEncoder: whether it is an encoder.
  /// - Throws: when a file cannot be written.
  init(_ model: String = "llama", isEncoder: Bool = false) throws {
    scratch = try ScratchFolder()
    try scratch.writeLanguageModel(model, to: "model", isEncoder: isEncoder)
    try scratch.write(Self.pairs(0..<36), to: "texts/train.jsonl")
    try scratch.write(Self.pairs(36..<48), to: "texts/valid.jsonl")
    try scratch.write(Self.pairs(48..<60), to: "texts/test.jsonl")
  }

  /// A prompt of three words, and its first letters as the completion.
  static func pairs(_ numbers: Range<Int>) -> String {
    let words = ["cat", "dog", "mat", "hat", "red", "sun"]
    return numbers.map { number in
      let own = [number % 6, number / 6 % 6, (number * 7 + 3) % 6].map { words[$0] }
      let prompt = own.joined(separator: " ") + "."
      let completion = " " + own.map { String($0.prefix(1)) }.joined()
      return #"{"prompt": "\#(prompt)", "completion": "\#(completion)"}"# + "\n"
    }.joined()
  }

  /// A recipe with LoRA on the decoder.
  func recipe(
    _ text: String = "", _ overrides: [String] = [], registry: PluginRegistry = testPlugins
  ) throws -> Recipe {
    let base = """
      task: language-model
      threads: 1
      backbone: {weights: \(folder)/model}
      data: {type: text, path: \(folder)/texts}
      adapter: {type: lora, rank: 4, sites: [query, value, fc1, fc2]}
      batch_size: 12
      optimizer: {learning_rate: 1e-2}

      """
    let length = text.contains("epochs:") ? "" : "epochs: 2\n"
    return try Recipe(
      text: base + length + text, name: "r.yaml", overrides: overrides, registry: registry)
  }
}
