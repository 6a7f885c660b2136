import Checkpoints
import Foundation
import TestSupport
import Testing

/// Predictions, figures and recipes of images in files.
@Suite struct ImageFileTests {
  private static let classes = ["dog", "owl", "toad"]

  /// Copies fixtures to `folder/CLASS/N.ending`, two for each class.
  private func fill(_ bench: Bench, _ folder: String) throws {
    let names = [
      "rgb.png", "quality-100.jpg", "grey.png", "grey.jpg", "palette-8.png", "exif-6.jpg",
    ]
    for (index, name) in names.enumerated() {
      let ending = name.split(separator: ".").last.map(String.init) ?? ""
      try bench.copy(image: name, to: "\(folder)/\(Self.classes[index % 3])/\(index).\(ending)")
    }
  }

  /// A run on a folder of classes.
  private func trained() throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment()
    for split in ["train", "test"] { try fill(bench, "animals/\(split)") }
    let text = try bench.text("r.yaml")
    try bench.write(
      text.replacing(
        "{type: safetensors, path: data.safetensors}",
        with: "{type: folder, path: animals, resize: shorter-side, cache: false}"), to: "r.yaml")
    let run = try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
    return bench
  }

  private func logits(_ bench: Bench, _ name: String) throws -> [Float] {
    try SafetensorsFile(path: "\(bench.folder)/\(name)").floats("logits")
  }

  /// The run's own split, the same files by their paths and as an unsplit folder, in one batch and in
  /// many: the same answers; class names are the run's, though its data are gone.
  @Test func ofARun() throws {
    let bench = try trained()
    let own = try bench.petl(["predict", "run", "--output", "a.safetensors"])
    #expect(own.code == 0, "\(own.complaints)")
    #expect(own.output == "6 images of animals test are in a.safetensors\n")
    let figures = try bench.petl(["evaluate", "run", "--json"])
    try FileManager.default.moveItem(
      atPath: bench.folder + "/animals/test", toPath: bench.folder + "/photographs")
    try FileManager.default.removeItem(atPath: bench.folder + "/animals")
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: bench.folder + "/photographs"
    ).filter { $0.contains(".") }.sorted().map { "photographs/\($0)" }
    for (name, arguments) in [
      ("b", paths), ("c", ["photographs"]), ("d", ["--data", "photographs"]),
      ("e", ["photographs", "--batch-size", "1"]),
    ] {
      let outcome = try bench.petl(
        ["predict", "run"] + arguments + ["--output", "\(name).safetensors"])
      #expect(outcome.code == 0, "\(outcome.complaints)")
      let (one, other) = (
        try logits(bench, "a.safetensors"), try logits(bench, "\(name).safetensors")
      )
      let distance = zip(one, other).map { abs($0 - $1) }.max() ?? 1
      #expect(one.count == 18, "\(name)")
      #expect(other.count == 18, "\(name)")
      #expect(distance < 1e-5, "\(name)")
    }
    let table = try bench.petl(["predict", "run"] + paths + ["--top", "1", "--output", "a.csv"])
    #expect(table.code == 0, "\(table.complaints)")
    let rows = try bench.text("a.csv")
      .split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows[0] == ["index", "name", "class1", "probability1"])
    #expect(rows.dropFirst().map { $0[1] } == paths)
    #expect(rows.dropFirst().allSatisfy { Self.classes.contains($0[2]) })
    let again = try bench.petl(["evaluate", "run", "--data", "photographs", "--json"])
    #expect(again.code == 0, "\(again.complaints)")
    let accuracies = try [figures, again].map { try $0.json()["accuracy"] as? Double }
    #expect(accuracies[0] == accuracies[1])
    #expect(accuracies[0] != nil)
  }

  /// Real weights on real photographs: the logits that timm 1.0.31 gives, with Pillow 13 before it.
  @Test(.enabled(if: RealData.isPresent, RealData.absence))
  func asTimmAndPillow() throws {
    let bench = try Bench()
    let photographs = ["3/000", "5/003", "8/001"].map {
      "\(RealData.folders)/signdigits/test/\($0).jpg"
    }
    let outcome = try bench.petl(
      [
        "predict", "--weights", RealData.weights,
        "--image-size", "112", "--output", "a.safetensors",
      ] + photographs)
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let logits = try logits(bench, "a.safetensors")
    let expected: [[Float]] = [
      [3.4719, -0.6085, -0.2122, 2.2897], [1.9854, -1.2340, -1.7434, 0.6230],
      [-0.2770, -0.8995, -0.7743, 0.6819],
    ]
    for (index, row) in expected.enumerated() {
      let found = logits[index * 1000..<index * 1000 + 4]
      let distance = zip(found, row).map { abs($0 - $1) }.max() ?? 1
      // Four digits were written down.
      #expect(distance < 1e-4, "\(found)")
    }
  }

  /// All that cannot be decoded is named at once; a run that skips, skips here, too.
  @Test func corruptFiles() throws {
    let bench = try trained()
    try bench.write("no image", to: "animals/test/dog/9.jpg")
    try bench.write("no image", to: "animals/test/toad/9.png")
    let refused = try bench.petl([
      "predict", "run", "--batch-size", "1", "--output", "a.safetensors",
    ])
    #expect(refused.code == 2)
    #expect(refused.output.isEmpty)
    #expect(refused.complaints.contains("dog/9.jpg"))
    #expect(refused.complaints.contains("toad/9.png"))
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/a.safetensors"))
    let skipped = try bench.petl([
      "predict", "run", "--set", "data.on_error=skip", "--output", "a.csv",
    ])
    #expect(skipped.code == 0, "\(skipped.complaints)")
    #expect(skipped.complaints.contains("cannot be decoded and are left out"))
    #expect(skipped.output.hasPrefix("6 images of animals test "))
    // Of other images than its own, a run says nothing.
    let others = try bench.petl(["predict", "run", "animals/test", "--set", "data.on_error=skip"])
    #expect(others.code == 2)
    #expect(others.complaints.contains("toad/9.png"))
    let asked = try bench.petl(["predict", "run", "animals/test", "--on-error", "skip"])
    #expect(asked.code == 0, "\(asked.complaints)")
    let wrong = try bench.petl(["predict", "run", "--on-error", "skp"])
    #expect(wrong.code == 2)
    #expect(wrong.complaints.contains("--on-error is fail or skip"))
  }

  /// A recipe for a folder of classes with splits, and for one without.
  @Test func recipes() throws {
    let bench = try trained()
    let split = try bench.petl([
      "init", "recipe", "--weights", "tiny.safetensors", "--data", "animals", "--output", "-",
    ])
    #expect(split.code == 0, "\(split.complaints)")
    #expect(split.output.contains("# 3 classes, 6 training, 6 test images\n"))
    #expect(split.output.contains("  type: folder\n  path: 'animals'\n"))
    #expect(!split.output.contains("_fraction"))
    try fill(bench, "flat")
    for name in Self.classes {
      for index in 0..<8 {
        try bench.copy(image: "rgb.png", to: "flat/\(name)/more-\(index).png")
      }
    }
    let flat = try bench.petl([
      "init", "recipe", "--weights", "tiny.safetensors", "--data", "flat", "--output", "f.yaml",
    ])
    #expect(flat.code == 0, "\(flat.complaints)")
    let text = try bench.text("f.yaml")
    #expect(text.contains("# 3 classes, 18 training, 6 validation, 6 test images\n"))
    #expect(text.contains("  val_fraction: 0.2\n  test_fraction: 0.2\n"))
    let valid = try bench.petl(["validate", "f.yaml"])
    #expect(valid.code == 0, "\(valid.complaints)")
  }

  @Test func mistakes() throws {
    let bench = try trained()
    for (arguments, words) in [
      (["predict", "run", "nowhere.jpg", "none.png"], "nowhere.jpg"),
      (["predict", "run", "nowhere.jpg", "none.png"], "none.png"),
      (["predict", "run", "animals", "--data", "digits"], "images by their paths, and --data"),
      (["predict", "animals"], "not the folder of a run"),
      (["predict", "run", "run"], "holds no image"),
      (["predict", "run", "r.yaml"], "r.yaml"),
      (["evaluate", "run", "--data", "animals", "--split", "val"], "has no split val"),
      (["inspect", "run", "--images", "2", "--split", "val"], "has no split val"),
    ] {
      let outcome = try bench.petl(arguments)
      #expect(outcome.code == 2, "\(arguments) \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
      #expect(outcome.complaints.contains(words), "\(arguments) \(outcome.complaints)")
    }
  }
}
