import Checkpoints
import Foundation
import TestSupport
import Testing

/// What an adapter was trained with is kept, or said, wherever it is used otherwise.
struct TrainedWithTests {
  private let bench: Bench

  /// A run on images of 16 px, whose network's positions are for 8 px.
  init() throws {
    bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let run = try bench.petl([
      "run", "r.yaml", "--quiet", "--set", "backbone.image_size=16", "--set",
      "data.normalization=imagenet", "--set", "backbone.heads=2", "--output", "run",
    ])
    #expect(run.code == 0, "\(run)")
  }

  @Test("Merged weights say the normalization, and the size is said") func merging() throws {
    let merged = try bench.petl([
      "merge", "run", "--head", "keep", "--output", "merged.safetensors",
    ])
    #expect(merged.code == 0, "\(merged)")
    #expect(
      merged.complaints.contains(
        "the adapter was trained on images of 16 px, the positions of the file are for 8 px: give it images of 16 px"
      ), "\(merged)")
    let file = try SafetensorsFile(path: bench.folder + "/merged.safetensors")
    #expect(file.metadata["normalization"] == "imagenet")

    let written = try bench.petl([
      "convert", "merged.safetensors", "--to", "timm", "--output", "timm",
    ])
    #expect(written.code == 0, "\(written)")
    let config = try JSONValue(
      parsing: readFile(bench.folder + "/timm/config.json", limit: 1 << 20), name: "config.json")
    let settings = config["pretrained_cfg"]
    #expect(settings?["mean"]?.elements?.compactMap(\.double) == [0.485, 0.456, 0.406])
    #expect(settings?["std"]?.elements?.compactMap(\.double) == [0.229, 0.224, 0.225])
  }

  @Test("Names of a library that resamples otherwise are said to") func converting() throws {
    let sentence =
      "it was trained on images of 16 px with positions resampled as timm does; transformers resamples them otherwise"
    let other = try bench.petl([
      "convert", "run", "--to", "peft", "--naming", "hf-vit-v5", "--output", "hf",
    ])
    #expect(other.code == 0, "\(other)")
    #expect(other.complaints.contains(sentence), "\(other)")
    let same = try bench.petl(["convert", "run", "--to", "peft", "--output", "peft"])
    #expect(same.code == 0, "\(same)")
    #expect(!same.complaints.contains("resamples"), "\(same)")
  }

  @Test("Another size or normalization than the adapter's is said") func using() throws {
    let command = [
      "predict", "--weights", "tiny.safetensors", "--adapter", "run/adapter", "--data",
      "data.safetensors", "--output", "o.csv",
    ]
    let other = try bench.petl(command + ["--normalization", "none", "--image-size", "8"])
    #expect(other.code == 0, "\(other)")
    #expect(
      other.complaints.contains("normalization none, though the adapter was trained with imagenet"),
      "\(other)")
    #expect(
      other.complaints.contains("images of 8 px, though the adapter was trained with 16 px"),
      "\(other)")
    let same = try bench.petl(command)
    #expect(same.code == 0, "\(same)")
    #expect(!same.complaints.contains("though the adapter"), "\(same)")
  }

  /// Else the answers would be others than the run's, and the probe would say that the weights are.
  @Test(
    "Frozen weights of lower precision are taken as the adapter was trained beside",
    arguments: ["mixed", "int8"])
  func precision(_ name: String) throws {
    let run = try bench.petl([
      "run", "r.yaml", "--quiet", "--set", "backbone.precision=\(name)", "--output", name,
    ])
    #expect(run.code == 0, "\(run)")
    let own = try bench.petl(["evaluate", name, "--json"]).json()
    let beside = try bench.petl([
      "evaluate", "--weights", "tiny.safetensors", "--adapter", "\(name)/adapter", "--data",
      "data.safetensors", "--verify", "--json",
    ])
    #expect(beside.code == 0, "\(beside)")
    #expect(
      beside.complaints.contains("frozen weights in \(name), as the adapter was trained beside"),
      "\(beside)")
    // Batches are of another size, and sums of losses rounded elsewhere.
    let losses = try [beside.json(), own].compactMap { $0["loss"] as? Double }
    try #require(losses.count == 2)
    #expect(abs(losses[0] - losses[1]) < 1e-6, "\(losses)")
    for source in [[name], ["\(name)/adapter", "--weights", "tiny.safetensors"]] {
      let merged = try bench.petl(
        ["merge"] + source + ["--head", "keep", "--output", "\(source.count).safetensors"])
      #expect(merged.code == 0, "\(merged)")
      #expect(
        merged.complaints.contains("the adapter was trained beside frozen weights in \(name)"),
        "\(merged)")
    }
    let apart = try bench.petl([
      "merge", name, "--weights", "1.safetensors", "--head", "keep", "--output", "2.safetensors",
    ])
    #expect(apart.code != 0)
    #expect(apart.complaints.contains("the stored probe is not reproduced"), "\(apart)")
  }
}
