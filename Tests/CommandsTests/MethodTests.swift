import Foundation
import PETL
import PETLPlugins
import TestSupport
import Testing

/// Every adapter and regularizer of the package from a recipe, through the program.
@Suite struct MethodTests {
  /// Options that fit a network of width 16.
  static let options: [String: String] = [
    "lora": "rank: 4", "dora": "rank: 4", "polar": "rank: 4", "stella": "rank: 4",
    "aoft": "rank: 4",
    "adaptformer": "rank: 4", "houlsby": "rank: 4", "pfeiffer": "rank: 4",
    "adapter-plus": "rank: 4",
    "arc": "rank: 6", "vera": "rank: 8", "lorta": "rank: 4", "repadapter": "rank: 4",
    "oft": "oft_block_size: 4", "fourierft": "n_frequency: 20", "c3a": "block_size: 4",
    "road": "group_size: 8",
    "fact-tt": "rank: 4", "fact-tk": "rank: 4", "compacter": "rank: 4",
    "consolidator": "groups: [8]", "bi-lora": "rank: 4", "bi-adaptformer": "rank: 4",
    "kadaptation": "phm_dim: 4",
    "lsr": "rank: 4, terms: 2, dropout: 0.1", "vpt": "prompts: 3", "aoft-prompt": "prompts: 3",
  ]

  static let plugins: [AdapterPlugin] = (try? PluginRegistry.builtIn().adapters) ?? []

  static let names = plugins.map(\.descriptor.name)

  static func section(_ name: String, _ more: String = "") -> String {
    let options = [options[name] ?? "", more].filter { !$0.isEmpty }.map { ", \($0)" }.joined()
    return "adapter={type: \(name)\(options)}"
  }

  private func testFigures(_ summary: [String: Any]) throws -> (accuracy: Double, loss: Double) {
    let stage = try #require((summary["stages"] as? [[String: Any]])?.last)
    let test = try #require(stage["test"] as? [String: Any])
    return (
      try #require(test["accuracy"] as? Double), try #require(test["loss"] as? Double)
    )
  }

  @Test("A run of each method, and its evaluation", arguments: names)
  func runs(_ name: String) throws {
    let plugin = try #require(Self.plugins.first { $0.descriptor.name == name })
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let run = try bench.petl([
      "run", "r.yaml", "--json", "--output", "out", "--set", Self.section(name),
    ])
    #expect(run.code == 0, "\(run.complaints)")
    let summary = try run.json()
    let count = try #require(summary["adapterParameters"] as? Int)
    #expect((count > 0) == (name != "linear-probe"))
    // What is counted before any weight is read.
    let plan = try bench.petl(["validate", "r.yaml", "--json", "--set", Self.section(name)]).json()
    #expect(plan["adapterParameters"] as? Int == count)
    let exportable = [
      "lora", "dora", "aoft", "polar", "stella", "lorta", "lsr", "vera", "adalora", "fact-tt",
      "fact-tk", "bi-lora", "kadaptation", "hra", "ia3", "road", "c3a", "norm-tuning",
    ]
    #expect(summary["adapterFormat"] as? String == (exportable.contains(name) ? "peft" : "petl"))
    let trained = try testFigures(summary)
    let evaluation = try bench.petl(["evaluate", "out", "--json"])
    let figures = try evaluation.json()
    #expect(figures["accuracy"] as? Double == trained.accuracy)
    #expect(figures["loss"] as? Double == trained.loss)
    // Where it decomposes the redundancy is logged, where not a regularizer is refused by name.
    #expect((figures["redundancy"] is Double) == plugin.isDecomposable)
    let regularized = try bench.petl([
      "validate", "r.yaml", "--set", Self.section(name), "--set", "regularizers=[{type: resora}]",
    ])
    #expect(regularized.code == (plugin.isDecomposable ? 0 : 2), "\(regularized)")
    if !plugin.isDecomposable {
      let words = "regularizer 'resora' cannot be applied: adapter '\(name)' does not decompose"
      #expect(regularized.complaints.contains(words))
    }
  }

  @Test func theLinearProbeIsTrainingWithoutAnAdapter() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let losses = try ["adapter={type: linear-probe}", "adapter=~"].enumerated().map {
      index, change in
      let run = try bench.petl([
        "run", "r.yaml", "--json", "--output", "out\(index)", "--set", change,
      ])
      #expect(run.code == 0, "\(run.complaints)")
      return try testFigures(try run.json()).loss
    }
    #expect(losses[0] == losses[1])
  }

  /// What comes before the first adapted place is computed once; nothing else may change by that.
  @Test(arguments: ["ssf", "vpt", "adapter-plus", "repadapter", "convpass"])
  func cachedActivationsChangeNoBit(_ name: String) throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 3\n")
    let losses = try ["0", "64"].map { memory in
      let run = try bench.petl([
        "run", "r.yaml", "--json", "--output", "out\(memory)", "--set",
        Self.section(name, "layers: [1]"), "--set", "activation_cache=\(memory)",
      ])
      #expect(run.code == 0, "\(run.complaints)")
      return try testFigures(try run.json()).loss
    }
    #expect(losses[0] == losses[1])
  }

  @Test func eachRegularizerOnLoRA() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\n")
    for regularizer in try PluginRegistry.builtIn().regularizers.map(\.descriptor.name) {
      // What compares with an earlier adapter has one in the first of these runs.
      let options = regularizer == "o-lora" ? ", reference: [resora]" : ""
      let run = try bench.petl([
        "run", "r.yaml", "--json", "--output", regularizer, "--set", Self.section("lora"),
        "--set", "regularizers=[{type: \(regularizer)\(options)}]",
      ])
      #expect(run.code == 0, "\(run.complaints)")
      #expect(!run.complaints.contains("changed nothing"), "\(run.complaints)")
    }
    let automatic = try bench.petl([
      "run", "r.yaml", "--json", "--output", "auto", "--set", Self.section("lora"),
      "--set", "regularizers=[{type: resora, measure: auto}]",
    ])
    let notes = try #require(try automatic.json()["notes"] as? [String])
    #expect(notes.contains { $0.contains("regularizer 'resora' chose measure: ") }, "\(notes)")
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    for (change, words) in [
      ("adapter={type: bitfit, sites: [query]}", "unknown key 'sites' in 'adapter'"),
      ("adapter={type: vpt, sites: [query]}", "'vpt' cannot be attached to 'query'"),
      (
        "adapter={type: aoft, rank: 4, sites: [mlp]}",
        "placement 'lora' cannot be attached to 'mlp'"
      ),
      ("adapter={type: hta, sites: [fc1]}", "'hta' cannot be attached to 'fc1'"),
      ("adapter={type: dora, rank: 17}", "rank 17 is larger than site 'blocks.0.query'"),
      ("adapter={type: adaptformr}", "did you mean 'adaptformer'?"),
    ] {
      let outcome = try bench.petl(["validate", "r.yaml", "--set", change])
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.complaints.contains(words), "\(outcome)")
    }
  }
}
