import Foundation
import TestSupport
import Testing

/// Commands on images in files.
@Suite struct ImageFolderTests {
  private let bench: Bench

  /// A small network and folders of three classes.
  init() throws {
    bench = try Bench()
    try bench.writeExperiment()
    let fixtures = ["grey.jpg", "rgb.png", "sampling-420.jpg"]
    for (split, count) in [("train", 4), ("test", 2)] {
      for (label, fixture) in fixtures.enumerated() {
        for index in 0..<count {
          try bench.copy(image: fixture, to: "images/\(split)/c\(label)/\(index).jpg")
        }
      }
    }
    let recipe = """
      name: folders
      backbone: {weights: tiny.safetensors}
      data: {type: folder, path: images, preset: noah, val_fraction: 0.25, cache: false}
      adapter: {type: lora, rank: 2}
      batch_size: 4
      epochs: 1

      """
    try bench.write(recipe, to: "folders.yaml")
  }

  @Test func fromRunToPredictions() throws {
    let valid = try bench.petl(["validate", "folders.yaml"])
    #expect(valid.code == 0, "\(valid.complaints)")
    let run = try bench.petl(["run", "folders.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
    let figures = try bench.petl(["evaluate", "run", "--json"]).json()
    #expect(figures["examples"] as? Int == 6)

    // The run's own images, then the same ones as a folder without classes: the same answers.
    let own = try bench.petl(["predict", "run", "--output", "own.csv"])
    #expect(own.code == 0, "\(own.complaints)")
    let plain = try bench.petl([
      "predict", "run", "--data", "images/test/c2", "--output", "plain.csv",
    ])
    #expect(plain.code == 0, "\(plain.complaints)")
    func rows(_ name: String) throws -> [[Substring]] {
      try bench.text("\(name)")
        .split(separator: "\n").map { $0.split(separator: ",") }
    }
    let (answers, others) = try (rows("own.csv"), rows("plain.csv"))
    #expect(answers[0].prefix(4) == ["index", "name", "label", "class1"])
    #expect(answers[5].prefix(3) == ["4", "c2/0.jpg", "c2"])
    #expect(others[0].prefix(3) == ["index", "name", "class1"])
    try #require(others.count == 3)
    #expect(others[1].prefix(2) == ["0", "0.jpg"])
    #expect(others[1].dropFirst(2) == answers[5].dropFirst(3))
    let one = try bench.petl(["predict", "run", "--data", "images/test/c2/0.jpg", "--json"])
    #expect(one.output.contains("\"name\" : \"images/test/c2/0.jpg\""))
  }

  @Test func damagedImages() throws {
    try bench.copy(image: "bad/truncated.jpg", to: "images/test/c1/9.jpg")
    let run = try bench.petl(["run", "folders.yaml", "--output", "run", "--quiet"])
    #expect(run.code != 0)
    #expect(run.complaints.contains("images/test/c1/9.jpg: the JPEG file cannot be decoded"))
    let skipping = try bench.petl([
      "run", "folders.yaml", "--output", "run2", "--set", "data.on_error=skip",
    ])
    #expect(skipping.code == 0, "\(skipping.complaints)")
    #expect((skipping.output + skipping.complaints).contains("1 of 7 images of images/test"))
    let predict = try bench.petl(["predict", "run2", "--data", "images/test/c1"])
    #expect(predict.code != 0)
    #expect(predict.complaints.contains("9.jpg: the JPEG file"))
  }

  @Test func measured() throws {
    let outcome = try bench.petl(["bench", "--images", "images", "--image-size", "16", "--json"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(try outcome.json()["images"] as? Int == 18)
    let none = try bench.petl(["bench", "--images", "nowhere"])
    #expect(none.code == 2)
    #expect(none.complaints.contains("there is no folder 'nowhere'"))
  }

  @Test func starter() throws {
    let outcome = try bench.petl([
      "init", "recipe", "--weights", "tiny.safetensors", "--data", "images", "--output", "s.yaml",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let text = try bench.text("s.yaml")
    #expect(text.contains("type: folder"))
    #expect(text.contains("3 classes, 12 training, 6 test"))
    #expect(try bench.petl(["validate", "s.yaml"]).code == 0)
  }
}
