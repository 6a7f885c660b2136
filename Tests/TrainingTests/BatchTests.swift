import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite("Batches and rates of an epoch") struct BatchTests {
  /// 48 digits in batches of 20: three steps, or two of full batches.
  @Test(arguments: [(false, 3), (true, 2)])
  func dropLast(_ isDropping: Bool, _ steps: Int) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe("drop_last: \(isDropping)\n", ["batch_size=20"])
    let watcher = StepWatcher()
    let trial = try laboratory.run(recipe, observer: watcher)
    let taken = try trial.records().map(\.step)
    #expect(taken == [steps, 2 * steps])
    #expect(watcher.stepsPerEpoch == steps)
    let written = try Recipe(path: trial.folder.file("recipe.yaml"), registry: testPlugins)
    #expect(written.dropLast == isDropping)
  }

  @Test func noBatchIsLeft() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe("drop_last: true\n", ["batch_size=49"])
    let expected =
      "drop_last leaves no batch: there are 48 training examples, batch_size is 49"
    let planned = complaint { try Plan(recipe) }
    #expect(planned.contains(expected), "\(planned)")
    let both = try laboratory.recipe(
      "drop_last: true\n", data: "{type: safetensors, path: \(laboratory.data), train: train+val}",
      ["batch_size=49"])
    let summary = try Experiment(both).train()
    #expect(summary.stages[0].taskLoss > 0)
  }

  @Test func rateMovesWithEpochs() throws {
    let laboratory = try Laboratory()
    let text = """
      schedule:
        {warmup_epochs: 1, warmup_factor: 0.1, minimum_factor: 0.2, step: epoch, lag_epochs: 1,
          cosine_from: start}
      epochs: 4

      """
    let rates = try laboratory.run(laboratory.recipe(text)).records().map(\.learningRate)
    // Of the last step of each epoch: the warm-up twice, then the cosine at a quarter and half.
    let expected = [0.1, 0.1, 0.2 + 0.4 * (1 + 0.5.squareRoot()), 0.6].map { $0 * 1e-2 }
    let largest = zip(rates, expected).map { abs($0 - $1) }.max() ?? 1
    #expect(rates.count == 4, "\(rates)")
    #expect(largest < 1e-12, "\(rates)")
  }
}

/// Keeps how many steps an epoch was said to have.
private final class StepWatcher: TrainingObserver {
  var stepsPerEpoch = 0
  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {
    self.stepsPerEpoch = stepsPerEpoch
  }
}
