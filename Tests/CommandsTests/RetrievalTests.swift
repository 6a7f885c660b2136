import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

/// `petl` on a recipe of retrieval: a tiny CLIP and eight images with captions.
@Suite("Retrieval by commands")
struct RetrievalTests {
  private func bench() throws -> Bench {
    let bench = try Bench()
    try bench.copy(fixture: "clip/hf", to: "clip")
    let bytes = (0..<8 * 16 * 16 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 77) }
    try SafetensorsWriter.write(
      [
        TensorRecord(name: "train_images", type: .u8, shape: [8, 16, 16, 3], bytes: bytes),
        .int64("train_labels", shape: [8], Array(repeating: 0, count: 8)),
      ], metadata: [:], to: bench.folder + "/set.safetensors")
    let lines = (0..<8).map { index in
      let split = index < 4 ? "train" : "test"
      return """
        {"image": "set.safetensors#train/\(index)", "split": "\(split)", \
        "captions": ["a circle \(index)", "number \(index)"]}
        """
    }
    try bench.write(lines.joined(separator: "\n"), to: "pairs.jsonl")
    let recipe = """
      name: pairs
      task: retrieval
      backbone: {type: clip, weights: clip}
      data: {type: pairs, path: pairs.jsonl, normalization: clip}
      adapter: {type: lora, rank: 2}
      regularizers: [{type: resora, weight: 0.1}]
      batch_size: 4
      epochs: 2

      """
    try bench.write(recipe, to: "r.yaml")
    return bench
  }

  @Test("run, validate and evaluate print recalls")
  func commands() throws {
    let bench = try bench()
    let valid = try bench.petl(["validate", "r.yaml"])
    #expect(valid.code == 0, "\(valid)")
    #expect(valid.output.contains("8 sites in both towers"), "\(valid)")
    #expect(valid.output.contains("8 images with 16 captions"), "\(valid)")
    #expect(valid.complaints.contains("the data have no validation split"), "\(valid)")
    let trial = try bench.petl(["run", "r.yaml", "--smoke"])
    #expect(trial.code == 0 && trial.output.contains("it works"), "\(trial)")
    let before = try bench.petl(["evaluate", "r.yaml", "--json"])
    let figures = try before.json()
    #expect(figures["examples"] as? Int == 4)
    #expect(figures["recalls"] is [String: Any])
    let run = try bench.petl(["run", "r.yaml", "--output", "out"])
    #expect(run.code == 0, "\(run)")
    #expect(run.output.contains("rsum"), "\(run)")
    #expect(run.complaints.contains("8 images of 16 px with 16 captions"), "\(run)")
    let after = try bench.petl(["evaluate", "out"])
    #expect(after.code == 0, "\(after)")
    #expect(after.output.contains("image to text"), "\(after)")
    #expect(after.output.contains("R@10"), "\(after)")
    #expect(after.output.contains("rsum"), "\(after)")
    // The image tower's adapter is one of a Vision Transformer.
    let inspected = try bench.petl(["inspect", "out/adapter/image"])
    #expect(inspected.code == 0, "\(inspected)")
    let merged = try bench.petl(
      ["merge", "out/adapter/image", "--weights", "clip", "--output", "merged.safetensors"])
    #expect(merged.code == 0, "\(merged)")
    #expect(merged.output.contains("its probe by 0.0"), "\(merged)")
    let file = try SafetensorsFile(path: bench.folder + "/merged.safetensors")
    #expect(file.entry("text_projection.weight") != nil)
    let whole = try bench.petl(["merge", "out", "--output", "none.safetensors"])
    #expect(whole.code == 2, "\(whole)")
    #expect(whole.complaints.contains("adapter/image"), "\(whole)")
  }

  @Test(
    "every kind of method goes on both towers",
    arguments: [
      "{type: adaptformer, rank: 4}", "{type: lorta}", "{type: vera}", "{type: polar}",
      "{type: lora, rank: 2, bias: lora_only, modules_to_save: [norm, patch_embed]}",
      "{type: lora, rank: 2, sites: '.*(query|value)', rank_pattern: {0.value: 1}, bias: all}",
      "{type: ssf}", "{type: bitfit}", "{type: vpt, towers: [image]}", "{type: fact-tk, rank: 4}",
      "{type: convpass, rank: 4, towers: [image]}",
    ])
  func methods(_ adapter: String) throws {
    let bench = try bench()
    let run = try bench.petl(
      [
        "run", "r.yaml", "--output", "out", "--set", "regularizers=~", "--set",
        "adapter=\(adapter)",
      ])
    #expect(run.code == 0, "\(run)")
    #expect(run.complaints.contains("no site 'embedding'") == adapter.contains("ssf"), "\(run)")
    let files = ["image", "text"].filter {
      FileManager.default.fileExists(atPath: "\(bench.folder)/out/adapter/\($0)")
    }
    #expect(files == (adapter.contains("towers") ? ["image"] : ["image", "text"]))
    let again = try bench.petl(["evaluate", "out", "--json"])
    #expect(again.code == 0, "\(again)")
    let refused = try bench.petl(["validate", "r.yaml", "--set", "adapter={type: vpt}"])
    #expect(refused.code == 2, "\(refused)")
    #expect(refused.complaints.contains("towers: [image]"), "\(refused)")
  }

  @Test("what needs an image's grid is refused at texts, by the site")
  func grids() throws {
    let bench = try bench()
    let refused = try bench.petl([
      "validate", "r.yaml", "--set", "adapter={type: convpass, rank: 4}",
    ])
    #expect(refused.code == 2, "\(refused)")
    #expect(
      refused.complaints.contains("site 'text.blocks.0.attention' has no grid of tokens"),
      "\(refused)")
    #expect(refused.complaints.contains("towers: [image]"), "\(refused)")
  }

  @Test("commands for images with classes say so")
  func otherCommands() throws {
    let bench = try bench()
    #expect(try bench.petl(["run", "r.yaml", "--output", "out", "--quiet"]).code == 0)
    let classes = try bench.petl(["evaluate", "out", "--per-class"])
    #expect(classes.code == 2, "\(classes)")
    #expect(classes.complaints.contains("no classes"), "\(classes)")
    let split = try bench.petl(["evaluate", "out", "--split", "val"])
    #expect(split.code == 2, "\(split)")
    #expect(split.complaints.contains("no split 'val'"), "\(split)")
    let predict = try bench.petl(
      ["predict", "out", "--data", "set.safetensors", "--output", "p.csv"])
    #expect(predict.code == 2, "\(predict)")
    #expect(predict.complaints.contains("task"), "\(predict)")
  }
}
