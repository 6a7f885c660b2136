import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite struct RegularizedResumeTests {
  /// A run that was cut off within an epoch, and at its end, leaves the bytes of one that was not.
  @Test(arguments: [
    ("{type: keep}", "{type: lora, rank: 4, dropout: 0.3}"), ("{type: keep}", "{type: full}"),
    ("{type: delta-norm}", "{type: bitfit}"), ("{type: clora, k: 4}", "{type: lora, rank: 4}"),
    ("{type: clora, k: 4, p: null-space}", "{type: lora, rank: 4}"),
    ("{type: o-lora, reference: [EARLIER]}", "{type: lora, rank: 4}"),
    ("{type: intruder, k: 4}", "{type: dora, rank: 4}"),
  ])
  func sameBytes(_ regularizer: String, _ adapter: String) throws {
    let laboratory = try Laboratory()
    let earlier = regularizer.contains("EARLIER") ? try laboratory.reference() : ""
    let recipe = try laboratory.recipe(
      with: regularizer.replacingOccurrences(of: "EARLIER", with: earlier), adapter: adapter,
      ["epochs=3"])
    let whole = try laboratory.run(recipe, in: "whole")
    let folder = try RunFolder(creating: laboratory.folder + "/cut", name: "cut")
    for (number, steps) in [4, 2, Int.max].enumerated() {
      let interrupter = Interrupter(after: steps)
      let runner = Runner(
        try Experiment(recipe), folder: folder, provenance: ["by": "test"], observer: interrupter,
        stop: interrupter.stop)
      if steps == .max {
        _ = try runner.resume()
      } else {
        #expect(throws: TrainingInterrupted.self) {
          try number == 0 ? runner.run() : runner.resume()
        }
      }
    }
    let resumed = try Data(
      contentsOf: URL(fileURLWithPath: folder.file("checkpoint/train.safetensors")))
    #expect(try resumed == whole.checkpoint())
    let (expected, found) = (try whole.records(), try metrics(folder))
    #expect(found.map(\.figures) == expected.map(\.figures))
    #expect(
      found.map { $0.regularizers.first?.value.value }
        == expected.map { $0.regularizers.first?.value.value })
  }
}
