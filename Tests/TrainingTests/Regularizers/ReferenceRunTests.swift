import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// Runs that are compared with adapters of earlier runs.
@Suite struct ReferenceRunTests {
  /// A run's folder and its PEFT folder hold the same adapter.
  @Test func foldersOfRunsAndOfPEFT() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference()
    func figures(_ path: String, _ name: String) throws -> EpochRecord.Regularization {
      let recipe = try laboratory.recipe(with: "{type: o-lora, reference: [\(path)]}")
      let (record, figures) = try laboratory.figures(recipe, in: name)
      #expect(record.figures?["o-lora.overlap"] ?? 0 > 0)
      return figures
    }
    let run = try figures(earlier, "one")
    #expect(run.value > 0)
    #expect(run.gradientShare ?? 0 > 0)
    let peft = try figures(earlier + "/adapter", "two")
    #expect(run.value == peft.value)
    let config = earlier + "/adapter/adapter_config.json"
    #expect(FileManager.default.fileExists(atPath: config))
  }

  /// The sum over two references is the sum of their values at the same start.
  @Test func referencesAddUp() throws {
    let laboratory = try Laboratory()
    let paths = [
      try laboratory.reference("a", seed: 1),
      try laboratory.reference("b", adapter: "{type: vera, rank: 3}", seed: 2),
    ]
    func value(_ paths: [String], _ name: String) throws -> Double {
      let list = paths.joined(separator: ", ")
      let recipe = try laboratory.recipe(
        with: "{type: o-lora, reference: [\(list)], weight: 1e-12}")
      return try laboratory.figures(recipe, in: name).regularizer.value
    }
    let single = try paths.enumerated().map { try value([$1], "single\($0)") }
    let both = try value(paths, "both")
    #expect(abs(both - single[0] - single[1]) < 1e-4 * both, "\(both) \(single)")
  }

  @Test func directionsTurnAway() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference()
    func overlap(_ weight: String, _ name: String) throws -> Double {
      let recipe = try laboratory.recipe(
        with: "{type: o-lora, reference: [\(earlier)], weight: \(weight)}", ["epochs=8"])
      let record = try laboratory.figures(recipe, in: name).record
      return try #require(record.figures?["o-lora.overlap"])
    }
    let (turned, free) = (try overlap("10", "turned"), try overlap("1e-9", "free"))
    #expect(turned < free / 2, "\(turned) \(free)")
  }

  @Test func noReferenceIsNamed() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(with: "{type: o-lora}")
    let found = complaint { try Plan(recipe) }
    #expect(
      found == """
        r.yaml:8:23: error: o-lora compares with earlier adapters, and 'reference' names none
         8 | regularizers: [{type: o-lora}]
           |                       ^~~~~~
          write reference: [runs/first], with a run's folder or an adapter's
        """)
  }

  @Test func aReferenceThatIsNotThere() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(with: "{type: o-lora, reference: [none/here]}")
    let found = complaint { try Plan(recipe) }
    #expect(
      found == """
        r.yaml:8:23: error: there is no file or folder 'none/here'
         8 | regularizers: [{type: o-lora, reference: [none/here]}]
           |                       ^~~~~~
        """)
  }

  @Test func aReferenceOfOtherSites() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference(adapter: "{type: lora, rank: 2, sites: [fc1]}")
    let recipe = try laboratory.recipe(with: "{type: o-lora, reference: [\(earlier)]}")
    let found = complaint { try laboratory.run(recipe) }
    #expect(
      found == """
        error: \(earlier): it has no adapter at a site of this recipe
          there: blocks.0.fc1, blocks.1.fc1
        """)
  }

  /// Not the learning rate is blamed for a penalty that is not a number.
  @Test func aReferenceThatIsNotFinite() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference() + "/adapter"
    let file = URL(fileURLWithPath: earlier + "/adapter_model.safetensors")
    var bytes = try Data(contentsOf: file)
    // The first number after the header, whose length is in the first bytes.
    let start = 8 + Int(bytes[0]) + Int(bytes[1]) << 8 + Int(bytes[2]) << 16
    bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0xC0, 0x7F])
    try bytes.write(to: file)
    let recipe = try laboratory.recipe(with: "{type: o-lora, reference: [\(earlier)]}")
    let found = complaint { try laboratory.run(recipe) }
    #expect(
      found == """
        error: \(earlier): a factor of its adapter at blocks.0.query is not finite
          it is the result of a training that diverged, or damaged
        """)
  }

  /// Some sites are compared and the others are said.
  @Test func aReferenceOfSomeSites() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference(adapter: "{type: lora, rank: 2, sites: [query]}")
    let trial = try laboratory.run(
      laboratory.recipe(with: "{type: o-lora, reference: [\(earlier)]}"))
    #expect(try trial.records().last?.regularizers["o-lora"]?.value ?? 0 > 0)
    let note =
      "\(earlier) has no low-rank adapter at 2 of 4 sites, such as blocks.0.value: nothing is "
      + "compared there"
    let notes = trial.summary.notes.words
    #expect(notes.contains { $0.contains(note) }, "\(notes)")
  }

  @Test func referencesOfRetrievalAreRefused() throws {
    let laboratory = try PairLaboratory()
    let recipe = try laboratory.recipe(
      "regularizers: [{type: o-lora, reference: [earlier]}]\n", registry: builtInPlugins)
    let found = complaint { try Plan(recipe) }
    #expect(
      found.contains(
        "error: earlier: reference adapters are read for task: classification only\n"),
      "\(found)")
    #expect(found.hasPrefix("r.yaml:"), "\(found)")
  }

  @Test func aReferenceWithoutFactors() throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference(adapter: "{type: ssf}")
    let recipe = try laboratory.recipe(with: "{type: o-lora, reference: [\(earlier)]}")
    let found = complaint { try laboratory.run(recipe) }
    #expect(
      found == """
        error: \(earlier): no adapter of it is a linear low-rank change, so it has no factors to compare with
          give an adapter such as lora
        """)
  }

  /// What a reference holds decides what a stored stage is good for; its alpha stands beside its tensors.
  @Test(arguments: ["tensors", "config"])
  func contentsDecideReuse(_ change: String) throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference()
    func isTaken(_ name: String) throws -> Bool {
      let recipe = try laboratory.recipe(
        with: "{type: o-lora, reference: [\(earlier)], of: basis}")
      let experiment = try Experiment(recipe)
      let store = try StageStore(
        folder: laboratory.folder + "/store", digests: ContentDigests(experiment), program: "test")
      let folder = try RunFolder(creating: "\(laboratory.folder)/\(name)", name: "r")
      let summary = try Runner(experiment, folder: folder, reuse: store).run()
      return summary.notes.words.contains { $0.contains("was trained by an earlier run") }
    }
    #expect(try !isTaken("first"))
    #expect(try isTaken("second"))
    try alter(earlier, change, laboratory)
    #expect(try !isTaken("third"))
  }

  @Test(arguments: ["tensors", "config"])
  func resumingWithAnotherReferenceIsRefused(_ change: String) throws {
    let laboratory = try Laboratory()
    let earlier = try laboratory.reference()
    let recipe = try laboratory.recipe(
      with: "{type: o-lora, reference: [\(earlier)]}", ["epochs=2"])
    func provenance() throws -> [String: String] {
      ["references_sha256": try #require(try ContentDigests(Experiment(recipe)).references)]
    }
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: 4)
    let runner = Runner(
      try Experiment(recipe), folder: folder, provenance: try provenance(), observer: interrupter,
      stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    try alter(earlier, change, laboratory)
    let now = try provenance()
    let found = complaint {
      try Runner(try Experiment(recipe), folder: folder, provenance: now).resume()
    }
    #expect(
      found.hasPrefix(
        "error: \(folder.path): cannot be resumed: an adapter that a regularizer compares with changed since it was started"
      ), "\(found)")
  }

  /// Other tensors in a reference's folder, or another scale of the same.
  private func alter(_ folder: String, _ change: String, _ laboratory: Laboratory) throws {
    let path = folder + "/adapter/adapter_config.json"
    if change == "config" {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let other = text.replacingOccurrences(of: "\"lora_alpha\": ", with: "\"lora_alpha\": 1")
      #expect(other != text, "\(text)")
      try other.write(toFile: path, atomically: true, encoding: .utf8)
      return
    }
    let other = try laboratory.reference("other", seed: 8)
    let name = "/adapter/adapter_model.safetensors"
    try FileManager.default.removeItem(atPath: folder + name)
    try FileManager.default.copyItem(atPath: other + name, toPath: folder + name)
  }
}
