import Foundation
import TestSupport
import Testing

/// Runs of one method are one method, however its recipe is spelled and wherever its files lie.
@Suite struct SameMethodTests {
  @Test func spelling() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nthreads: 1\n")
    _ = try bench.shell(
      "mkdir w && cp tiny.safetensors w/tiny.safetensors && cp data.safetensors w/data.safetensors")
    let ways = [
      ["--set", "optimizer.learning_rate=1e-3", "--set", "adapter.scale=1"],
      ["--set", "optimizer.learning_rate=0.001", "--set", "adapter.scale=1.0"],
      [
        "--set", "backbone.weights=w/tiny.safetensors", "--set", "adapter.scale=1.0", "--set",
        "optimizer.learning_rate=0.0010", "--set", "data.path=w/data.safetensors",
      ],
    ]
    for (seed, way) in ways.enumerated() {
      let run = try bench.petl(
        ["run", "r.yaml", "--quiet", "--output", "runs/\(seed)", "--set", "seed=\(seed)"] + way)
      #expect(run.code == 0, "\(run.complaints)")
    }
    let compared = try bench.petl(["compare", "runs", "--json"])
    let methods = try #require(try compared.json()["methods"] as? [[String: Any]])
    #expect(methods.count == 1, "\(compared.output)")
    #expect(try bench.petl(["compare", "runs"]).output.contains("(3)"), "three seeds")
  }

  /// One folder of images is one data set, however its path is spelled, also where a seed draws other images of it.
  @Test func spelledPaths() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nthreads: 1\n")
    _ = try bench.shell("mkdir w && cp data.safetensors w/set.safetensors")
    for (seed, path) in ["w/set.safetensors", "./w//set.safetensors", "w/./set.safetensors"]
      .enumerated()
    {
      let run = try bench.petl([
        "run", "r.yaml", "--quiet", "--output", "runs/\(seed)", "--set", "seed=\(seed)", "--set",
        "data.path=\(path)", "--set", "data.shots=\(seed + 1)",
      ])
      #expect(run.code == 0, "\(run.complaints)")
    }
    let compared = try bench.petl(["compare", "runs"])
    #expect(!compared.output.contains("set (2)"), "\(compared.output)")
    #expect(!compared.output.contains("./w"), "\(compared.output)")
  }

  /// Other weights are another method, also under the same path; names are not numbers.
  @Test func otherWeights() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nthreads: 1\n")
    _ = try bench.shell("cp tiny.safetensors 3.1 && cp tiny.safetensors 3.10")
    func train(_ name: String, _ weights: String) throws {
      let run = try bench.petl([
        "run", "r.yaml", "--quiet", "--output", "runs/\(name)", "--set",
        "backbone.weights=\(weights)",
        "--set", "seed=\(name)",
      ])
      #expect(run.code == 0, "\(run.complaints)")
    }
    try train("0", "3.1")
    try train("1", "3.10")
    try train("2", "tiny.safetensors")
    var bytes = try Data(contentsOf: URL(filePath: bench.folder + "/tiny.safetensors"))
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(filePath: bench.folder + "/tiny.safetensors"))
    try train("3", "tiny.safetensors")
    let methods = try bench.petl(["compare", "runs", "--json"]).json()["methods"] as? [Any]
    #expect(methods?.count == 4)
  }

  @Test func missing() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nthreads: 1\n")
    _ = try bench.petl(["run", "r.yaml", "--quiet", "--output", "runs/a"])
    let compared = try bench.petl(["compare", "rnus"])
    #expect(
      compared.complaints.contains("there is no folder 'rnus'\n  did you mean 'runs'?"),
      "\(compared)")
  }
}
