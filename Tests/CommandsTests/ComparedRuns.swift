import Foundation
import TestSupport
import Testing

/// Folders as runs leave them, with the outcomes that a test wants.
struct ComparedRuns {
  let bench: Bench

  init() throws { bench = try Bench() }

  /// Writes a run; `outcomes` are accuracies by stage, in percent, nil for a run that did not finish, `val` those of the
  /// validation split.
  func write(
    _ folder: String, seed: Int, adapter: String = "{type: lora, rank: 4}",
    weight: Double? = nil, data: String = "{type: embedded, name: digits}", version: String = "1",
    epochs: Int = 5, group: String? = nil, plugin: String? = nil,
    more: String = "", val: [Double]? = nil, _ outcomes: [(stage: String, accuracy: Double)]?
  ) throws {
    try FileManager.default.createDirectory(
      atPath: "\(bench.folder)/\(folder)", withIntermediateDirectories: true)
    let penalty = weight.map { "regularizers: [{type: resora, weight: \($0)}]\n" } ?? ""
    let note = group.map { "# data_group: \($0)\n" } ?? ""
    let recipe = """
      \(note)# data_sha256: abc
      # petl: \(version)\(plugin.map { "\n# plugins: Mine.swift \($0), Other.swift 0" } ?? "")
      name: \(folder)
      seed: \(seed)
      data: \(data)
      adapter: \(adapter)
      \(penalty)epochs: \(epochs)
      \(more)
      """
    try bench.write(recipe, to: "\(folder)/recipe.yaml")
    guard let outcomes else { return }
    func figures(_ accuracy: Double) -> String {
      """
      {"examples": 100, "accuracy": \(accuracy / 100), "loss": \(1 - accuracy / 100), \
      "redundancy": 0.5, "redundancyBySite": {}}
      """
    }
    let stages = outcomes.enumerated().map { index, outcome in
      let (stage, accuracy) = outcome
      let validation = val.map { ", \"validation\": \(figures($0[index]))" } ?? ""
      return """
        {"name": "\(stage)", "epochs": \(epochs), "regularizes": true, "keptEpoch": 1, \
        "trainingSeconds": 1, "taskLoss": 0.1, "test": \(figures(accuracy))\(validation)}
        """
    }
    let summary = """
      {"name": "\(folder)", "seed": \(seed), "threads": 1, "adapterParameters": 1, \
      "headParameters": 1, "stages": [\(stages.joined(separator: ","))], "notes": []}
      """
    try bench.write(summary, to: "\(folder)/summary.json")
  }

  func compare(_ arguments: [String]) throws -> Outcome {
    try bench.petl(["compare"] + arguments)
  }

  /// The differences of a comparison as JSON.
  func differences(_ arguments: [String]) throws -> [[String: Any]] {
    let outcome = try compare(arguments + ["--format", "json"])
    #expect(outcome.code == 0, "\(outcome)")
    return try #require(try outcome.json()["differences"] as? [[String: Any]])
  }
}
