import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

/// `petl convert`, `petl inspect` and `petl merge` of adapters of language models.
@Suite struct LanguageAdapterCommandTests {
  private let folder: ScratchFolder
  private let adapter = fixture("language-adapters/llama-lora")

  init() throws {
    folder = try ScratchFolder()
    try folder.writeLanguageModel("llama", to: "llama")
    try folder.write("the cat sat on the mat. it was flat.\n", to: "a.txt")
  }

  private func petl(_ arguments: [String]) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder.path)
  }

  private func loss(_ weights: String, _ words: [String] = []) throws -> Double {
    let outcome = try petl(
      ["evaluate", "--weights", weights, "--data", "a.txt", "--json"] + words)
    #expect(outcome.code == 0, "\(outcome.complaints)")
    return try #require(try outcome.json()["loss"] as? Double)
  }

  /// An adapter in every format predicts the same.
  @Test func convert() throws {
    let wanted = try loss("llama", ["--adapter", adapter])
    var source = adapter
    for format in ["mlx", "petl", "peft"] {
      let outcome = try petl([
        "convert", source, "--weights", "llama", "--to", format, "--output", format,
      ])
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect(outcome.output.contains("to \(format)"), "\(outcome.output)")
      #expect(abs(try loss("llama", ["--adapter", format]) - wanted) < 1e-6)
      source = folder.file(format)
    }
    let refused = try petl([
      "convert", adapter, "--weights", "llama", "--to", "peft", "--naming", "timm", "--output", "n",
    ])
    #expect(refused.code != 0 && refused.complaints.contains("expected hf-llama"))
  }

  /// The file alone, and on its network.
  @Test(arguments: ["llama-lora", "gpt2-lora"]) func inspect(name: String) throws {
    let path = fixture("language-adapters/\(name)")
    let alone = try petl(["inspect", path])
    #expect(alone.code == 0, "\(alone.complaints)")
    let model = String(name.prefix { $0 != "-" })
    #expect(alone.output.contains("PEFT, modules of hf-\(model)"), "\(alone.output)")
    #expect(alone.output.contains("PEFT LoRA"))
    let weights = fixture("language/\(model)")
    let placed = try petl(["inspect", path, "--weights", weights, "--json"])
    #expect(placed.code == 0, "\(placed.complaints)")
    let found = try #require(try placed.json()["adapter"] as? [String: Any])
    let sites = try #require(found["sites"] as? [[String: Any]])
    #expect(sites.contains { $0["name"] as? String == "blocks.0.query" }, "\(sites)")
    let images = try petl(["inspect", path, "--weights", weights, "--images", "4"])
    #expect(images.code != 0 && images.complaints.contains("tells none apart"))
  }

  /// The merged model predicts as the adapter beside the weights.
  @Test func merge() throws {
    let wanted = try loss("llama", ["--adapter", adapter])
    let merged = try petl(["merge", adapter, "--weights", "llama", "--output", "m"])
    #expect(merged.code == 0, "\(merged.complaints)")
    #expect(merged.output.contains("hidden states differ by at most"), "\(merged.output)")
    #expect(abs(try loss("m") - wanted) < 1e-5)
    for type in ["f32", "q8_0"] {
      let file = "\(type).gguf"
      let outcome = try petl([
        "merge", adapter, "--weights", "llama", "--dtype", type, "--output", file, "--json",
      ])
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect((try outcome.json()["changed"] as? [String])?.isEmpty == false)
      #expect(abs(try loss(file) - wanted) < (type == "f32" ? 1e-5 : 5e-2))
    }
  }

  @Test func mergesThatAreRefused() throws {
    let base = ["merge", adapter, "--weights", "llama", "--output"]
    for (words, complaint) in [
      (["m.safetensors"], "expected the name of a folder, or of a .gguf file"),
      (["llama"], "the folder is not empty"),
      (["m", "--dtype", "q8_0"], "expected one of bf16, f16, f32"),
      (["m", "--image-size", "32"], "--image-size goes with a network of images"),
    ] {
      let outcome = try petl(base + words)
      #expect(outcome.code != 0 && outcome.complaints.contains(complaint), "\(outcome.complaints)")
    }
    let undone = try petl([
      "unmerge", adapter, "--weights", "llama", "--output", "m.safetensors",
    ])
    #expect(undone.code != 0 && undone.complaints.contains("no adapter is taken"))
  }
}
