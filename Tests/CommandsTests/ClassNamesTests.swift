import Checkpoints
import Foundation
import TestSupport
import Testing

/// Commands on data whose classes are not, or not in the same order, those of the run.
@Suite struct ClassNamesTests {
  private let bench: Bench

  /// A small network, and a run on folders 0, 1, 2.
  init() throws {
    bench = try Bench()
    try bench.writeExperiment()
    for split in ["train", "test"] {
      for label in 0..<3 { try fill("n012/\(split)/\(label)", with: label) }
    }
    let recipe = """
      name: numbers
      backbone: {weights: tiny.safetensors}
      data: {type: folder, path: n012, cache: false}
      adapter: {type: lora, rank: 2}
      batch_size: 4
      epochs: 1

      """
    try bench.write(recipe, to: "folders.yaml")
    let run = try bench.petl(["run", "folders.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
  }

  /// Puts two images of a kind into a folder.
  private func fill(_ folder: String, with kind: Int) throws {
    let fixture = ["grey.jpg", "rgb.png", "sampling-420.jpg"][kind]
    for index in 0..<2 { try bench.copy(image: fixture, to: "\(folder)/\(index).jpg") }
  }

  @Test(arguments: ["--data=n123", "--set=data.path=split123"])
  func unknownClass(_ data: String) throws {
    for label in 1...3 {
      try fill("n123/\(label)", with: label % 3)
      for split in ["train", "test"] { try fill("split123/\(split)/\(label)", with: label % 3) }
    }
    let outcome = try bench.petl(["evaluate", "run", data])
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.complaints.hasPrefix("error: the head of run does not know the class '3'"))
  }

  @Test(arguments: ["--data=n12", "--set=data.path=split12"])
  func aPart(_ data: String) throws {
    for label in 1...2 {
      try fill("n12/\(label)", with: label)
      for split in ["train", "test"] { try fill("split12/\(split)/\(label)", with: label) }
    }
    let own = try bench.petl(["evaluate", "run", "--per-class", "--json"]).json()
    let outcome = try bench.petl(["evaluate", "run", data, "--per-class", "--json"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.complaints.contains("has images of 2 of the 3 classes of the head of run"))
    func correct(_ figures: [String: Any]) throws -> [Int?] {
      try #require(figures["classes"] as? [[String: Any]]).map { $0["correct"] as? Int }
    }
    // The same images: the same answers, each under its own name.
    #expect(try correct(outcome.json()).dropFirst() == correct(own).dropFirst())
    #expect(try outcome.json()["examples"] as? Int == 4)
  }

  /// The head of a file of weights, and of an adapter on them.
  @Test func ofWeightsAndAdapters() throws {
    for name in ["cat", "dog"] { try fill("animals/\(name)", with: 0) }
    try fill("animals/owl", with: 1)
    let adapter = try bench.petl([
      "evaluate", "--weights", "tiny.safetensors", "--adapter", "run", "--data", "animals",
    ])
    #expect(adapter.code == 2)
    #expect(adapter.complaints.contains("have no class in common"))
    try bench.writeHead()
    let assumed = try bench.petl([
      "evaluate", "--weights", "headed.safetensors", "--data", "animals", "--per-class",
    ])
    #expect(assumed.code == 0, "\(assumed)")
    #expect(assumed.output.contains("owl"), "\(assumed)")
    #expect(assumed.complaints.contains("it is assumed that they count the names"))
    let file = try SafetensorsFile(path: bench.folder + "/headed.safetensors")
    let tensors = try file.entries.map {
      TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
    }
    try SafetensorsWriter.write(
      tensors, metadata: file.metadata.merging(["classes": #"["owl","cat","dog"]"#]) { $1 },
      to: bench.folder + "/named.safetensors")
    let named = try bench.petl([
      "evaluate", "--weights", "named.safetensors", "--data", "animals", "--json",
    ])
    let recipe = try bench.petl([
      "evaluate", "folders.yaml", "--set", "backbone.weights=named.safetensors", "--set",
      "data={type: folder, path: animals, val_fraction: 0.5}", "--split", "train",
    ])
    #expect(named.code == 0, "\(named)")
    #expect(!named.complaints.contains("assumed"), "\(named)")
    #expect(recipe.code == 0, "\(recipe)")
    #expect(!recipe.complaints.contains("assumed"), "\(recipe)")
  }

  @Test func predictionsHaveTheNamesOfTheHead() throws {
    for name in ["1", "7"] { try fill("n17/\(name)", with: 1) }
    let outcome = try bench.petl(["predict", "run", "--data", "n17", "--top", "1"])
    #expect(outcome.code == 0)
    #expect(outcome.complaints.contains("note: the head of run does not know the class '7'"))
  }

  /// One batch that is damaged as a whole is no reason to give no answer; nothing but damage is.
  @Test func damagedBatches() throws {
    try fill("some", with: 1)
    for index in 2..<6 { try bench.write("no image", to: "some/\(index).jpg") }
    let arguments = ["predict", "run", "--data", "some", "--batch-size", "2", "--on-error", "skip"]
    let some = try bench.petl(arguments + ["--json"])
    #expect(some.code == 0, "\(some)")
    #expect(try (some.json()["predictions"] as? [Any])?.count == 2)
    #expect(some.complaints.contains("2 of 2 images of some cannot be decoded"))
    for index in 0..<2 { try bench.write("no image", to: "some/\(index).jpg") }
    let none = try bench.petl(arguments)
    #expect(none.code == 2, "\(none)")
    #expect(none.output.isEmpty, "\(none)")
    #expect(none.complaints.hasPrefix("error: none of the 6 images of some can be decoded"))
  }

  @Test func otherClassesAreOtherData() throws {
    for split in ["train", "test"] {
      try FileManager.default.moveItem(
        atPath: "\(bench.folder)/n012/\(split)/2", toPath: "\(bench.folder)/n012/\(split)/9")
    }
    let run = try bench.petl([
      "run", "folders.yaml", "--output", "run2", "--quiet", "--set", "seed=1",
    ])
    #expect(run.code == 0, "\(run.complaints)")
    let outcome = try bench.petl(["compare", "run", "run2"])
    #expect(outcome.code == 0)
    #expect(
      outcome.complaints.contains(
        "warning: run2: its classes are not those of other runs on 'n012': its data are another "
          + "set, 'n012 (2)'"), "\(outcome)")
  }

  @Test func warningsOfValidate() throws {
    try FileManager.default.removeItem(atPath: bench.folder + "/n012/train/2/1.jpg")
    let text = try bench.petl([
      "validate", "folders.yaml", "--set", "data.val_fraction=0.5",
    ])
    #expect(text.code == 0)
    #expect(
      text.complaints.contains(
        "warning: 1 class of n012 has no training image and cannot be learned: 2 (1 in val, 2 in test)"
      ),
      "\(text)")
    let json = try bench.petl(["validate", "folders.yaml", "--json"]).json()
    #expect(json["notes"] as? [String] == ["n012 has no validation split"])
  }

  @Test func whereARunMayBeMovedTo() throws {
    let outcome = try bench.petl(["resume", "run", "--set", "epochs=3"])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains("only the places of files may change: data.path"))
  }
}
