import Foundation
import LoRA
import PETL
import PoLAR
import ReSoRA
import Recipes
import TestSupport
import Testing

@testable import Training

/// Asks a run to end after a step, counted over all its stages.
final class Interrupter: TrainingObserver {
  let stop = StopRequest()
  private var left: Int

  init(after steps: Int) { left = steps }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    left -= 1
    if left == 0 { stop.make() }
  }
}

private let registry: PluginRegistry = {
  do {
    return try PluginRegistry(
      adapters: [LoRA.self, PoLAR.self], regularizers: [Crowding.self, ReSoRA.self],
      optimizers: [Careful.self])
  } catch {
    preconditionFailure("\(error)")
  }
}()

private let stages = """
  regularizers: [{type: resora, measure: auto, weight: {type: linear, to: 1, end_epoch: 1.5}}]
  control: true
  stages:
    - {name: base, epochs: 1, regularize: false}
    - {name: refine, epochs: 2}

  """

extension Laboratory {
  /// A recipe of three stages, of which two are a control and what it is the control of.
  func resumable(
    _ adapter: String, _ optimizer: String, _ more: String, data change: String = ""
  ) throws -> Recipe {
    let text = """
      threads: 1
      backbone: {weights: \(weights), drop_path: 0.3}
      data: {type: safetensors, path: \(data)\(change)}
      batch_size: 16
      adapter: \(adapter)
      optimizer: \(optimizer)

      """
    return try Recipe(text: text + more + stages, name: "r.yaml", registry: registry)
  }

  /// What a run came to with checkpoints that a kill left at some of its steps.
  func interrupted(after steps: Int = 5) throws -> (
    folder: RunFolder, recipe: Recipe
  ) {
    let recipe = try resumable(
      "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "")
    let folder = try RunFolder(creating: self.folder + "/run", name: "run")
    let interrupter = Interrupter(after: steps)
    let runner = Runner(
      try Experiment(recipe), folder: folder, provenance: ["data_sha256": "1"],
      observer: interrupter, stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    return (folder, recipe)
  }
}
