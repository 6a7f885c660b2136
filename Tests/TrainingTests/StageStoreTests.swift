import Checkpoints
import Foundation
import Networks
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

private let adapter = "{type: lora, rank: 4, dropout: 0.3}"
private let stages = """
  control: true
  stages:
    - {name: base, epochs: 2, regularize: false}
    - {name: refine, epochs: 2}

  """
private let all = ["base", "refine", "control-refine"]

@Suite struct StageStoreTests {
  /// A run that trains nothing leaves what the run that trained it left.
  @Test func sameBytes() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding}]\n" + stages
    let plain = try run(laboratory, text, in: "plain", reusing: false)
    let first = try run(laboratory, text, in: "first")
    let second = try run(laboratory, text, in: "second")
    for stage in all {
      let bytes = try [plain, first, second].map { try $0.checkpoint(stage) }
      #expect(bytes[0] == bytes[1], "\(stage)")
      #expect(bytes[1] == bytes[2], "\(stage)")
    }
    let adapters = try ["plain", "second"].map {
      try Data(
        contentsOf: URL(
          fileURLWithPath: "\(laboratory.folder)/\($0)/adapter/adapter_model.safetensors"))
    }
    #expect(adapters[0] == adapters[1])
    let lines = try ["first", "second"].map {
      try String(contentsOfFile: "\(laboratory.folder)/\($0)/metrics.jsonl", encoding: .utf8)
    }
    #expect(lines[0] == lines[1])
    let mistakes = try ["plain", "first", "second"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(laboratory.folder)/\($0)/mistakes.json"))
    }
    #expect(mistakes[0] == mistakes[1] && mistakes[1] == mistakes[2])
    let losses = try [plain, second].map { try $0.records().map(\.taskLoss) }
    #expect(losses[0] == losses[1])
    #expect(losses[0].count == 6)
    #expect(first.summary.stages.map(\.name) == all)
    #expect(taken(first).isEmpty)
    #expect(taken(second) == all)
    #expect(second.summary.stages.map(\.test?.loss) == plain.summary.stages.map(\.test?.loss))
  }

  /// Another λ: the first stage and the control are shared, the regularized stage is not.
  @Test func sweep() throws {
    let laboratory = try Laboratory()
    let texts = ["0.1", "5"].map { "regularizers: [{type: crowding, weight: \($0)}]\n" + stages }
    _ = try run(laboratory, texts[0], in: "first")
    let other = try run(laboratory, texts[1], in: "other")
    #expect(taken(other) == ["base", "control-refine"])
    let fresh = try run(laboratory, texts[1], in: "fresh", reusing: false)
    for stage in all {
      let (shared, own) = try (other.checkpoint(stage), fresh.checkpoint(stage))
      #expect(shared == own, "\(stage)")
    }
  }

  /// Whatever decides the parameters decides what is taken; names and places do not.
  @Test(arguments: [
    ("seed=1", []), ("adapter.rank=2", []), ("optimizer.learning_rate=1e-3", []),
    ("batch_size=8", []), ("backbone.drop_path=0.1", []), ("data.normalization=clip", []),
    ("stages.0.epochs=1", []), ("threads=2", []), ("selection=best-val", []),
    ("stages.1.epochs=1", ["base"]), ("name=other", all), ("activation_cache=0", all),
  ])
  func keys(_ change: String, _ expected: [String]) throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding}]\n" + stages
    _ = try run(laboratory, text, in: "first")
    let other = try run(laboratory, text, [change], in: "other")
    #expect(taken(other) == expected)
  }

  /// The contents of the files count, not their names.
  @Test func contents() throws {
    let laboratory = try Laboratory()
    let text = "epochs: 1\n"
    _ = try run(laboratory, text, in: "first")
    let copy = laboratory.folder + "/copy.safetensors"
    try FileManager.default.copyItem(atPath: laboratory.data, toPath: copy)
    let same = try run(laboratory, text, ["data.path=\(copy)"], in: "same")
    #expect(taken(same) == ["train"])
    try SmallSets.writeDigits(to: laboratory.data) { 9 - $0 }
    let other = try run(laboratory, text, in: "other")
    #expect(taken(other).isEmpty)
  }

  /// A damaged or foreign file is said to be one, and replaced.
  @Test(arguments: ["bit", "cut", "foreign", "empty"])
  func damage(_ kind: String) throws {
    let laboratory = try Laboratory()
    let first = try run(laboratory, "epochs: 1\n", in: "first")
    let folder = laboratory.folder + "/store"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    var data = try Data(contentsOf: url)
    switch kind {
    case "bit": data[data.count - 2] ^= 1
    case "cut": data.removeLast(8)
    case "foreign": data = try first.checkpoint()
    default: data = Data()
    }
    try data.write(to: url)
    let again = try run(laboratory, "epochs: 1\n", in: "again")
    let warning = try #require(again.summary.notes.words.first)
    #expect(
      warning.hasPrefix("warning: the stored stage 'train' cannot be used and is trained anew: "))
    let (own, before) = try (again.checkpoint(), first.checkpoint())
    #expect(own == before)
    let third = try run(laboratory, "epochs: 1\n", in: "third")
    #expect(taken(third) == ["train"])
  }

  private func run(
    _ laboratory: Laboratory, _ text: String, _ changes: [String] = [], in name: String,
    reusing: Bool = true
  ) throws -> Trial {
    let experiment = try Experiment(laboratory.recipe(text, adapter: adapter, changes))
    let store = try StageStore(
      folder: laboratory.folder + "/store", digests: ContentDigests(experiment), program: "test")
    let folder = try RunFolder(
      creating: "\(laboratory.folder)/\(name)", name: experiment.recipe.name)
    let summary = try Runner(
      experiment, folder: folder, provenance: ["by": "test"], reuse: reusing ? store : nil
    ).run()
    return Trial(folder: folder, summary: summary, experiment: experiment)
  }

  /// The stages that were not trained, by the run's notes.
  private func taken(_ trial: Trial) -> [String] {
    trial.summary.notes.words.compactMap { note in
      guard note.contains("was trained by an earlier run") else { return nil }
      return note.split(separator: "'").dropFirst().first.map(String.init)
    }
  }
}
