import Foundation
import TestSupport
import Testing

/// `petl validate` on recipes of other kinds, and words that lead on.
@Suite struct ValidateTests {
  @Test func sweeps() throws {
    let bench = try Bench()
    try bench.writeExperiment("sweep: {grid: {adapter.rank: [1, 2]}, seeds: [0, 1, 2]}\n")
    let found = try bench.petl(["validate", "r.yaml"])
    #expect(found.code == 0, "\(found)")
    #expect(found.output.contains("r.yaml: valid; a sweep of 6 runs; the first: "), "\(found)")
    let json = try bench.petl(["validate", "r.yaml", "--json"])
    #expect(json.output.contains("\"runs\" : 6"), "\(json)")
    // Each mistake once, whatever run it is of.
    let wrong = try bench.petl(["validate", "r.yaml", "--set", "adapter.layers=[7]"])
    #expect(wrong.code == 2, "\(wrong)")
    #expect(wrong.complaints.components(separatedBy: "there is no layer 7").count == 2, "\(wrong)")
  }

  @Test func pretraining() throws {
    let path = Checkout.path("Examples/recipes/vit-micro.yaml")
    let found = try Bench().petl(["validate", path])
    #expect(found.output.contains("valid; 'vit-micro' is for petl pretrain"), "\(found)")
    let wrong = try Bench().petl(["validate", path, "--set", "model.depths=3"])
    #expect(wrong.code == 2)
    #expect(wrong.complaints.contains("did you mean 'depth'?"), "\(wrong)")
  }

  @Test func severalValues() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    for command in ["validate", "run"] {
      let found = try bench.petl([command, "r.yaml", "--set", "adapter.rank=2,4"])
      #expect(found.code == 2)
      #expect(found.complaints.contains("petl sweep RECIPE --set adapter.rank=2,4"), "\(found)")
    }
  }

  @Test func missingFiles() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let recipe = try bench.petl(["run", "s.yaml"])
    #expect(recipe.complaints.contains("did you mean 'r.yaml'?"), "\(recipe)")
    try bench.write("first\nsecond\n", to: "texts/train.txt")
    let model = try bench.petl([
      "validate", "r.yaml", "--set", "task=language-model", "--set", "adapter=~", "--set",
      "data={type: text, path: texts}", "--set", "backbone={weights: SmolLM3}",
    ])
    #expect(model.complaints.contains("there is no file or folder 'SmolLM3'"), "\(model)")
  }
}
