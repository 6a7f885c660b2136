import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

/// The answers of a run, in a file and in figures.
@Suite struct PredictTests {
  /// A run of the small network.
  private func trained() throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment()
    let run = try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
    return bench
  }

  private func cells(_ text: String) -> [[String]] {
    text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Logits are the head's of the features, the accuracy is the one that evaluate finds, and one batch
  /// or many give the same.
  @Test func ofARun() throws {
    let bench = try trained()
    let outcome = try bench.petl(["predict", "run", "--output", "out.safetensors"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.output == "12 images of data test are in out.safetensors\n")
    let file = try SafetensorsFile(path: bench.folder + "/out.safetensors")
    #expect(file.entries.map(\.name) == ["features", "logits"])
    #expect(file.entries.map(\.shape) == [[12, 16], [12, 3]])
    #expect(file.metadata["data"] == "data test")
    #expect(file.metadata["image_size"] == "8")
    let features = Tensor(try file.floats("features"), shape: [12, 16])
    let checkpoint = try SafetensorsFile(
      path: bench.folder + "/run/checkpoint/train.safetensors")
    let weight = Tensor(try checkpoint.floats("head.weight"), shape: [3, 16])
    let bias = Tensor(try checkpoint.floats("head.bias"))
    let logits = try file.floats("logits")
    let expected = features.linear(weight: weight, bias: bias).values
    let distance = zip(logits, expected).map { abs($0 - $1) }.max() ?? 1
    #expect(distance < 1e-5)

    let single = try bench.petl([
      "predict", "run", "--batch-size", "1", "--output", "one.safetensors",
    ])
    #expect(single.code == 0)
    let other = try SafetensorsFile(path: bench.folder + "/one.safetensors").floats("logits")
    let change = zip(logits, other).map { abs($0 - $1) }.max() ?? 1
    #expect(change < 1e-5)

    let right = (0..<12).count { index in
      let row = Array(logits[index * 3..<index * 3 + 3])
      return row.firstIndex(of: row.max() ?? 0) == index % 3
    }
    let accuracy = try bench.petl(["evaluate", "run", "--json"]).json()["accuracy"] as? Double
    #expect(accuracy == Double(right) / 12)
  }

  /// The most probable classes, as lines and as an object.
  @Test func tables() throws {
    let bench = try trained()
    let csv = try bench.petl([
      "predict", "run", "--split", "val", "--top", "2", "--output", "out.csv",
    ])
    #expect(csv.code == 0, "\(csv.complaints)")
    let rows = cells(try bench.text("out.csv"))
    #expect(rows.count == 9)
    #expect(
      rows.first == ["index", "label", "class1", "probability1", "class2", "probability2"])
    let labels = rows.dropFirst().map { $0[1] }
    #expect(labels == (0..<8).map { "\($0 % 3)" })
    let probabilities = rows.dropFirst().map { [Double($0[3]) ?? 2, Double($0[5]) ?? 2] }
    #expect(probabilities.allSatisfy { $0[0] >= $0[1] })
    #expect(probabilities.allSatisfy { $0[0] <= 1 })
    #expect(probabilities.allSatisfy { $0[1] >= 0 })

    let printed = try bench.petl(["predict", "run", "--split", "val", "--top", "9", "--json"])
    let images = try #require(try printed.json()["predictions"] as? [[String: Any]])
    #expect(images.count == 8)
    for (image, row) in zip(images, rows.dropFirst()) {
      let top = try #require(image["top"] as? [[String: Any]])
      #expect(top.count == 3)
      #expect(image["label"] as? String == row[1])
      #expect(top.first?["name"] as? String == row[2])
      let sum = top.compactMap { $0["probability"] as? Double }.reduce(0, +)
      #expect(abs(sum - 1) < 1e-9)
    }
    let table = try bench.petl(["predict", "run"])
    let lines = table.output.split(separator: "\n")
    #expect(table.code == 0)
    try #require(lines.count == 14)
    #expect(lines[0].hasPrefix("image  label"))
  }

  /// A run answers about other images, and without those that it was trained on.
  @Test func withoutItsData() throws {
    let bench = try trained()
    let files = FileManager.default
    try files.moveItem(
      atPath: bench.folder + "/data.safetensors", toPath: bench.folder + "/other.safetensors")
    let own = try bench.petl(["predict", "run"])
    #expect(own.code == 2)
    #expect(own.complaints.contains("data.safetensors"))
    let outcome = try bench.petl([
      "predict", "run", "--data", "other.safetensors", "--output", "a.safetensors",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let evaluation = try bench.petl([
      "evaluate", "run", "--data", "other.safetensors", "--json",
    ])
    #expect(evaluation.code == 0, "\(evaluation.complaints)")
    #expect(try evaluation.json()["examples"] as? Int == 12)
  }

  /// A file of weights: with its head, without one, at another size.
  @Test func ofWeights() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.writeHead()
    let data = ["--data", "data.safetensors"]
    let outcome = try bench.petl(
      ["predict", "--weights", "headed.safetensors", "--output", "a.safetensors"] + data)
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("note: normalization inception: "))
    let file = try SafetensorsFile(path: bench.folder + "/a.safetensors")
    #expect(file.entries.map(\.shape) == [[12, 16], [12, 3]])
    let bare = try bench.petl(
      ["predict", "--weights", "tiny.safetensors", "--output", "b.safetensors"] + data)
    #expect(bare.code == 0)
    let features = try SafetensorsFile(path: bench.folder + "/b.safetensors")
    #expect(features.entries.map(\.name) == ["features"])
    #expect(try features.floats("features") == file.floats("features"))
    let larger = try bench.petl(
      [
        "predict", "--weights", "headed.safetensors", "--image-size", "16", "--normalization",
        "none", "--output", "c.safetensors",
      ] + data)
    #expect(larger.code == 0)
    #expect(larger.complaints.contains("position embeddings resampled from 2×2 to 4×4"))
    #expect(!larger.complaints.contains("normalization"))
    let refused = try bench.petl(["predict", "--weights", "tiny.safetensors"] + data)
    #expect(refused.code == 2)
    #expect(refused.complaints.contains("tiny.safetensors has no head"))
    let alone = try bench.petl(["evaluate", "--weights", "tiny.safetensors"] + data)
    #expect(alone.code == 2)
    #expect(alone.complaints.contains("has no head"))
  }

  /// The adapter of a run on its weights answers as the run does, in PEFT's format and in our own.
  @Test(arguments: [
    ("lora, rank: 2", "peft"), ("adaptformer, rank: 2", "petl"), ("bitfit", "petl"),
    ("norm-tuning", "peft"), ("linear-probe, modules_to_save: [blocks.1]", "peft"),
    ("lora, rank: 2, bias: lora_only, modules_to_save: [norm]", "peft"),
    ("lora, rank: 2, bias: all, alpha: 3, alpha_pattern: {value: 5}", "peft"),
    ("adaptformer, rank: 2, bias: all, modules_to_save: [pos_embed]", "petl"),
  ])
  func ofAnAdapter(_ adapter: String, _ format: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let text = try bench.text("r.yaml")
    try bench.write(
      text.replacing("{type: lora, rank: 2}", with: "{type: \(adapter)}")
        .replacing("{weights: ", with: "{image_size: 16, weights: ")
        .replacing("path: data.safetensors", with: "path: data.safetensors, normalization: none"),
      to: "r.yaml")
    let run = try bench.petl(["run", "r.yaml", "--output", "run", "--json"])
    #expect(run.code == 0, "\(run.complaints)")
    #expect(try run.json()["adapterFormat"] as? String == format)
    let adapter = [
      "--weights", "tiny.safetensors", "--adapter", "run/adapter", "--data", "data.safetensors",
      "--verify",
    ]
    let own = try bench.petl(["predict", "run", "--verify", "--output", "a.safetensors"])
    let other = try bench.petl(["predict"] + adapter + ["--output", "b.safetensors"])
    for outcome in [own, other] {
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect(outcome.complaints.contains("the stored probe is reproduced"))
    }
    #expect(other.complaints.contains("images of 16 px, as the adapter was trained with"))
    #expect(other.complaints.contains("normalization none: the adapter was trained with it"))
    let logits = try ["a", "b"].map {
      try SafetensorsFile(path: "\(bench.folder)/\($0).safetensors").floats("logits")
    }
    let distance = zip(logits[0], logits[1]).map { abs($0 - $1) }.max() ?? 1
    #expect(distance < 1e-5)
    let figures = try bench.petl(["evaluate", "run", "--verify", "--json"])
    let again = try bench.petl(["evaluate"] + adapter + ["--json"])
    #expect(figures.code == 0, "\(figures) \(again)")
    #expect(again.code == 0, "\(figures) \(again)")
    let accuracy = try [figures, again].map { try $0.json()["accuracy"] as? Double }
    #expect(accuracy[0] == accuracy[1])
  }

  /// An adapter on other weights than its own: the probe says so, its absence too.
  @Test func probes() throws {
    let bench = try trained()
    let file = try SafetensorsFile(path: bench.folder + "/tiny.safetensors")
    let tensors = try file.entries.map { entry in
      let values = try file.floats(entry.name)
      return TensorRecord.float32(
        entry.name, shape: entry.shape,
        entry.name == "norm.bias" ? values.map { $0 + 0.1 } : values)
    }
    try SafetensorsWriter.write(
      tensors, metadata: file.metadata, to: bench.folder + "/other.safetensors")
    let arguments = ["--adapter", "run/adapter", "--data", "data.safetensors"]
    let unasked = try bench.petl(["predict", "--weights", "other.safetensors"] + arguments)
    #expect(unasked.code == 0, "\(unasked.complaints)")
    for command in ["predict", "evaluate"] {
      let outcome = try bench.petl(
        [command, "--weights", "other.safetensors", "--verify"] + arguments)
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.complaints.contains("the stored probe is not reproduced"))
    }
    try bench.writeHead()
    let none = try bench.petl([
      "predict", "--weights", "headed.safetensors", "--data", "data.safetensors", "--verify",
    ])
    #expect(none.code == 2)
    #expect(none.complaints.contains("no stored probe"))
  }

  @Test func mistakes() throws {
    let bench = try trained()
    for (arguments, words) in [
      (["--data", "digits"], "there is no network"),
      (["run", "--weights", "tiny.safetensors"], "--weights goes with a file of weights"),
      (["run", "--adapter", "run/adapter"], "--adapter goes with a file of weights"),
      (["--adapter", "run/adapter", "--data", "digits"], "give the --weights that the adapter"),
      (
        ["--weights", "tiny.safetensors", "--adapter", ".", "--data", "digits"],
        "there is no adapter in this folder"
      ),
      (["run", "--normalization", "none"], "--normalization goes with a file of weights"),
      (["--weights", "tiny.safetensors", "--set", "seed=1"], "a file of weights has none"),
      (["--weights", "tiny.safetensors"], "there are no images"),
      (["--weights", "none.safetensors", "--data", "digits"], "none.safetensors"),
      (["run", "--data", "digts"], "did you mean 'digits'?"),
      (["run", "--data", "run"], "run"),
      (["run", "--split", "tset"], "did you mean 'test'?"),
      (["run", "--top", "0"], "--top is at least 1."),
      (["run", "--batch-size", "0"], "--batch-size is 1 to 65536."),
      (["run", "--format", "csv"], "--format says how a file is written, but there is none"),
      (["run", "--output", "a.cvs"], "did you mean 'csv'?"),
      (["run", "--output", "a.csv", "--format", "jsn"], "there is no format 'jsn'"),
      (["run", "--output", "nowhere/a.csv"], "expected a folder that exists"),
      (["checkpoint"], "not the folder of a run"),
      (["--weights", "tiny.safetensors", "--data", "digits", "--normalization", "clp"], "'clip'?"),
    ] {
      let outcome = try bench.petl(["predict"] + arguments)
      #expect(outcome.code == 2, "\(arguments) \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
      #expect(outcome.complaints.contains(words), "\(arguments) \(outcome.complaints)")
    }
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/a.csv"))
  }
}
