import Foundation
import PETL
import Recipes
import Synchronization
import TestSupport
import Testing

@testable import Training

/// Fits its site in the first epoch and half of the second, then not.
struct Misshapen: RedundancyRegularizer {
  private static let calls = Atomic<Int>(0)

  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor {
    let calls = Self.calls.add(1, ordering: .relaxed).newValue
    return (subspaces.coefficientGram + .zeros(calls > 17 ? [4, 5] : [4, 4])).sum()
  }
}

@Suite struct MistakeTests {
  /// It ends the process, which is one of its own here; the run is gone on with in this one.
  @Test func namesThePluginAndTheSiteAndLeavesTheCheckpoint() async throws {
    let laboratory = try Laboratory()
    let folder = laboratory.folder + "/run"
    let text = """
      threads: 1
      backbone: {weights: \(laboratory.weights)}
      data: {type: safetensors, path: \(laboratory.data)}
      batch_size: 16
      adapter: {type: lora, rank: 4}
      regularizers: [{type: misshapen}]
      epochs: 2

      """
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) { [text = text as String, folder = folder as String] in
      let recipe = try Recipe(text: text, name: "r.yaml", registry: testPlugins)
      let run = try RunFolder(creating: folder, name: "r.yaml")
      _ = try Runner(try Experiment(recipe), folder: run, provenance: ["by": "test"]).run()
    }
    #expect(
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        == "error: Shapes [4, 4] and [4, 5] do not broadcast.\n"
        + "  in regularizer 'misshapen' at site 'blocks.0.value'\n")
    let run = try RunFolder(existing: folder)
    let before = try metrics(run).map(\.epoch)
    #expect(before == [1])
    let recipe = try Recipe(text: text, name: "r.yaml", registry: testPlugins)
    let summary = try Runner(try Experiment(recipe), folder: run).resume()
    #expect(summary.stages[0].keptEpoch == 2)
  }
}
