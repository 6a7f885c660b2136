import Checkpoints
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite struct CheckpointTests {
  /// Everything that does not fit is named at once, and nothing is loaded.
  @Test func strictLoading() throws {
    let laboratory = try Laboratory()
    let path = laboratory.folder + "/c.safetensors"
    let written = try Experiment(
      laboratory.recipe(adapter: "{type: lora, rank: 2, sites: [query, fc1]}")
    ).model
    try Checkpoint.write(
      Checkpoint.records(of: written) + [.float32("optimizer.adamw.first", shape: [1], [3])],
      to: path, owners: ["optimizer."], metadata: [:])
    let model = try Experiment(
      laboratory.recipe(adapter: "{type: lora, rank: 4, sites: [query], layers: [0]}")
    ).model
    let before = model.snapshot().mapValues(\.values)
    let found = complaint { try Checkpoint.load(path, into: model) }
    #expect(found.contains("tensor 'blocks.0.query.lora_A' has shape [2, 16]\n  expected [4, 16]"))
    #expect(found.contains("tensor 'blocks.1.fc1.lora_B' is unexpected"))
    #expect(found.split(separator: "\n").count { $0.hasPrefix("error: ") } == 8, "\(found)")
    #expect(!found.contains("adamw"))
    let after = model.snapshot().mapValues(\.values)
    #expect(before == after)
  }

  @Test func missingTensors() throws {
    let laboratory = try Laboratory()
    let path = laboratory.folder + "/c.safetensors"
    try Checkpoint.write(try Experiment(laboratory.recipe(adapter: "")).model, to: path)
    let model = try Experiment(
      laboratory.recipe(adapter: "{type: lora, sites: [fc2], layers: [1]}")
    ).model
    let found = complaint { try Checkpoint.load(path, into: model) }
    let expected = """
      error: \(path): tensor 'blocks.1.fc2.lora_A' is missing
        expected [8, 32]
      error: \(path): tensor 'blocks.1.fc2.lora_B' is missing
        expected [8, 16]
      """
    #expect(found == expected)
  }

  @Test func otherFiles() throws {
    let laboratory = try Laboratory()
    let model = try Experiment(laboratory.recipe(adapter: "")).model
    let weights = complaint { try Checkpoint.load(laboratory.weights, into: model) }
    let expected = """
      error: \(laboratory.weights): not a checkpoint of petl
        expected metadata format = petlkit-checkpoint
      """
    #expect(weights == expected)
    let nothing = complaint { try Checkpoint.load(laboratory.folder + "/none", into: model) }
    #expect(nothing.contains("\(laboratory.folder)/none"))
  }

  @Test func takenFolder() throws {
    let laboratory = try Laboratory()
    let found = complaint { try RunFolder(creating: laboratory.folder, name: "x") }
    let expected = """
      error: \(laboratory.folder): the folder is not empty
        choose another --output, or leave it out to get a new folder under runs/
      """
    #expect(found == expected)
    let empty = complaint { try RunFolder(creating: "", name: "x") }
    #expect(empty.hasPrefix("error: the path of the folder is empty"))
    let file = complaint { try RunFolder(creating: laboratory.weights + "/run", name: "x") }
    #expect(file.hasPrefix("error: \(laboratory.weights)/run: the folder cannot be made: "))
    let system = complaint { try RunFolder(creating: "/proc/petl", name: "x") }
    #expect(system.contains("/proc/petl: the folder cannot be made"), "\(system)")
    let none = complaint { try RunFolder(existing: laboratory.folder) }
    #expect(none.contains("not the folder of a run"))
  }

  /// A folder that disappears, or cannot be written, ends the run with a sentence.
  @Test(arguments: ["recipe.yaml", "metrics.jsonl", "checkpoint", "adapter", "summary.json"])
  func unwritablePart(_ part: String) throws {
    let laboratory = try Laboratory()
    let experiment = try Experiment(laboratory.recipe("epochs: 1\n"))
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "x")
    let files = FileManager.default
    // A folder where a file goes, a file where a folder goes: refused for every user.
    try? files.removeItem(atPath: folder.file(part))
    if part.contains(".") {
      try files.createDirectory(atPath: folder.file(part), withIntermediateDirectories: true)
      try Data([1]).write(to: URL(fileURLWithPath: folder.file(part + "/x")))
    } else {
      try Data([1]).write(to: URL(fileURLWithPath: folder.file(part)))
    }
    let found = complaint { try Runner(experiment, folder: folder, provenance: [:]).run() }
    #expect(found.contains(folder.file(part)), "\(found)")
  }

  /// Line ends in where a run came from cannot become keys of its recipe.
  @Test func provenanceStaysComment() throws {
    let laboratory = try Laboratory()
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "x")
    let recipe = try laboratory.recipe()
    try folder.write(recipe, provenance: ["overrides: a\nseed: 7\r\nname: y"])
    let again = try Recipe(path: folder.file("recipe.yaml"), registry: testPlugins)
    #expect(again.seed == 0)
    #expect(again.name == "run")
  }
}
