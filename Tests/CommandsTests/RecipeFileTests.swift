import Checkpoints
import Foundation
import TestSupport
import Testing

/// Recipes, weights and data that are not what they should be.
@Suite struct RecipeFileTests {
  private let wrong = """
    name: three
    backbone: {weights: tiny.safetensors}
    data: {name: digits}
    adapter:
      type: lorra
    optimizer: {learning_rate: fast}
    batchsize: 32
    """

  @Test(arguments: ["validate", "run", "evaluate"])
  func threeMistakes(_ command: String) throws {
    let bench = try Bench()
    try bench.write(wrong, to: "bad.yaml")
    let outcome = try bench.petl([command, "bad.yaml"])
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    for place in ["bad.yaml:5:9: error: ", "bad.yaml:6:28: error: ", "bad.yaml:7:1: error: "] {
      #expect(outcome.complaints.contains(place), "\(outcome.complaints)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    #expect(left == ["bad.yaml"])
  }

  @Test func findingsAsJSON() throws {
    let bench = try Bench()
    try bench.write(wrong, to: "bad.yaml")
    let outcome = try bench.petl(["validate", "bad.yaml", "--json"])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.isEmpty)
    let report = try outcome.json()
    #expect(report["valid"] as? Bool == false)
    let findings = try #require(report["diagnostics"] as? [[String: Any]])
    #expect(findings.map { $0["line"] as? Int } == [5, 6, 7])
    #expect(findings.map { $0["column"] as? Int } == [9, 28, 1])
    #expect(findings.allSatisfy { $0["file"] as? String == "bad.yaml" })
    #expect(findings[0]["message"] as? String == "there is no adapter 'lorra'")
    #expect(findings[2]["hints"] as? [String] == ["did you mean 'batch_size'?"])
  }

  @Test func valid() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let text = try bench.petl(["validate", "r.yaml"])
    #expect(text.code == 0)
    #expect(text.complaints.isEmpty)
    #expect(text.output == "r.yaml: valid; 4 sites, 256 adapter parameters, 3 classes\n")
    let report = try bench.petl(["validate", "r.yaml", "--json", "--set", "adapter.rank=1"]).json()
    #expect(report["valid"] as? Bool == true)
    #expect(report["adapterParameters"] as? Int == 128)
  }

  /// What is wrong with a file is said with its name, and nothing is left behind.
  @Test(arguments: [
    ("missing.yaml", "there is no file 'missing.yaml'"),
    (".", "'.' is a folder, not a file"),
    ("binary.yaml", "the byte 0xFF is not UTF-8"),
    ("zeros.yaml", "binary"),
    ("empty.yaml", "'empty.yaml' is empty"),
    ("tiny.safetensors", "tiny.safetensors"),
    ("list.yaml", "the recipe must be a mapping of options, found a list"),
  ])
  func recipes(_ name: String, _ words: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let place = URL(fileURLWithPath: bench.folder)
    try Data([0xFF, 0xFE, 0x80]).write(to: place.appendingPathComponent("binary.yaml"))
    try Data(count: 64).write(to: place.appendingPathComponent("zeros.yaml"))
    try bench.write("# nothing\n", to: "empty.yaml")
    try bench.write("- a\n- b\n", to: "list.yaml")
    let outcome = try bench.petl(["run", name])
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    let expected = words == "binary" ? "zeros.yaml:1:1: error: this is not YAML" : words
    #expect(outcome.complaints.contains(expected), "\(outcome.complaints)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/runs"))
  }

  @Test(arguments: [
    ("backbone.weights=none.safetensors", "none.safetensors"),
    ("backbone.weights=weights.bin", "pickle"),
    ("backbone.weights=cut.safetensors", "cut.safetensors"),
    ("backbone.weights=header.safetensors", "header.safetensors"),
    ("backbone.weights=data.safetensors", "data.safetensors: not a network whose names are known"),
    ("backbone.weights=.", "safetensors files in this folder"),
    ("backbone.weights=embedded:nothing", "there are no embedded weights 'nothing'"),
    ("backbone.heads=3", "3 heads do not divide width 16"),
    ("backbone.image_size=9", "patches of 4 px do not divide images of 9 px"),
    ("data.path=none.safetensors", "none.safetensors"),
    ("data.path=tiny.safetensors", "tiny.safetensors"),
    ("data={name: digitz}", "digitz"),
    ("adapter.rank=17", "rank 17 is larger than site 'blocks.0.query'"),
    ("adapter.layers=[2]", "the network has layers 0 to 1"),
  ])
  func namedFiles(_ change: String, _ words: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let place = URL(fileURLWithPath: bench.folder)
    let whole = try Data(contentsOf: place.appendingPathComponent("tiny.safetensors"))
    try whole.prefix(whole.count / 2).write(to: place.appendingPathComponent("cut.safetensors"))
    try whole.prefix(12).write(to: place.appendingPathComponent("header.safetensors"))
    try Data([0x80, 2, 0x63] + "__builtin__\neval\n".utf8)
      .write(to: place.appendingPathComponent("weights.bin"))
    for command in ["validate", "run"] {
      let outcome = try bench.petl([command, "r.yaml", "--set", change])
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
      let isPlaced = ["--set \(change)", "r.yaml:"].contains { outcome.complaints.hasPrefix($0) }
      #expect(isPlaced, "\(outcome.complaints)")
    }
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/runs"))
  }
}
