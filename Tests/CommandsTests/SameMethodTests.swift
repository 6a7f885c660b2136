import TestSupport
import Testing

/// Runs of one method are one method, however its recipe is spelled and wherever its files lie.
@Suite struct SameMethodTests {
  @Test func spelling() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nthreads: 1\n")
    _ = try bench.shell(
      "mkdir w && cp tiny.safetensors w/copy.safetensors && cp data.safetensors w/data.safetensors")
    let ways = [
      ["--set", "optimizer.learning_rate=1e-3", "--set", "adapter.scale=1"],
      ["--set", "optimizer.learning_rate=0.001", "--set", "adapter.scale=1.0"],
      [
        "--set", "backbone.weights=w/copy.safetensors", "--set", "adapter.scale=1.0", "--set",
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
