import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@Suite struct CanonicalizeTests {
  private func parts(_ outcome: Outcome) throws -> [[String: Any]] {
    try #require(try outcome.json()["parts"] as? [[String: Any]])
  }

  /// The same answers from a run's folder, without redundancy in the measure that was asked for.
  @Test(arguments: ["svd", "data"])
  func ofARun(_ balance: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let run = try bench.petl(["run", "r.yaml", "--output", "run"])
    #expect(run.code == 0, "\(run.complaints)")
    let outcome = try bench.petl([
      "canonicalize", "run", "--output", "new", "--balance", balance, "--json",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let parts = try parts(outcome)
    #expect(parts.count == 4)
    for part in parts {
      let (before, after) = (
        part["redundancyBefore"] as? Double, part["redundancyAfter"] as? Double
      )
      #expect((before ?? 0) > 1e-3)
      #expect((after ?? 1) < 1e-5)
      #expect((part["change"] as? Double ?? 1) < 1e-6)
    }
    let figures = try ["run", "new"].map { try bench.petl(["evaluate", $0, "--json"]).json() }
    #expect(figures[0]["accuracy"] as? Double == figures[1]["accuracy"] as? Double)
    let losses = figures.compactMap { $0["loss"] as? Double }
    try #require(losses.count == 2)
    #expect(abs(losses[0] - losses[1]) < 1e-5)
    // All training images were seen, in one batch as the evaluation has them.
    let trained = try bench.petl([
      "evaluate", "new", "--split", "train", "--set", "batch_size=64", "--json",
    ]).json()
    let redundancy = try #require(trained["redundancy"] as? Double)
    #expect(balance == "data" ? redundancy < 1e-4 : redundancy > 1e-4)
  }

  @Test func ofAPEFTFolder() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    let outcome = try bench.petl(["canonicalize", "run/adapter", "--output", "new"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.output.contains("blocks.0.attn.qkv  mean |ρ| "))
    let (old, new) = (
      try PEFTAdapterFolder.read(bench.folder + "/run/adapter"),
      try PEFTAdapterFolder.read(bench.folder + "/new")
    )
    #expect(new.fullTensors == old.fullTensors)
    #expect(new.metadata["canonicalized"] == "svd")
    for (one, other) in zip(old.modules, new.modules) {
      let (before, after) = (weight(one), weight(other))
      let size = before.frobeniusNorm
      #expect(one.module == other.module)
      #expect(size > 0)
      #expect((after - before).frobeniusNorm < 1e-6 * size)
    }
  }

  private func weight(_ module: PEFTLoRA) -> DoubleMatrix {
    let a = DoubleMatrix(module.a.map(Double.init), rows: module.rank, columns: module.aShape[1])
    let b = DoubleMatrix(module.b.map(Double.init), rows: module.bShape[0], columns: module.rank)
    return b * a
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    for (arguments, words) in [
      (["nowhere", "--output", "new"], "there is no folder 'nowhere'"),
      (["run", "--output", "run"], "the folder is not empty"),
      (["run", "--output", "new", "--balance", "date"], "there is no balance 'date'"),
      (["run", "--output", "new", "--images", "0"], "--images is 0"),
      (["run/adapter", "--output", "new", "--balance", "data"], "needs the folder of a run"),
      (["run/adapter", "--output", "new", "--set", "seed=1"], "a PEFT folder has none"),
    ] {
      let outcome = try bench.petl(["canonicalize"] + arguments)
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.complaints.contains(words), "\(outcome)")
    }
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/new"))
  }
}
