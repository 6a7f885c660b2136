import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Datasets
@testable import Networks
@testable import Training

/// Training on images that change with every epoch.
@Suite struct AugmentationRunTests {
  private static let all =
    "{crop: random-resized, crop_area: 0.5, flip: 0.5, brightness: 0.2, rand_augment: 1, erasing: 0.5, mixup: 0.8, cutmix: 1}"
  private let laboratory: Laboratory

  init() throws { laboratory = try Laboratory() }

  private func data(_ augmentation: String) -> String {
    "{type: safetensors, path: \(laboratory.data), augmentation: \(augmentation)}"
  }

  @Test func parametersDependOnIt() throws {
    var found: Set<[Float]> = []
    for augmentation in ["{}", "{flip: 1}", "{mixup: 1}", Self.all] {
      let experiment = try Experiment(laboratory.recipe(data: data(augmentation)))
      _ = try experiment.train()
      found.insert(experiment.model.headWeight.value.values)
    }
    #expect(found.count == 4)
  }

  /// Parts of a batch see what the whole batch sees, and their losses add up.
  @Test(arguments: [
    "", "regularizers: [{type: resora, weight: 1}]\n",
    "loss: {type: cross-entropy, label_smoothing: 0.1}\n",
  ])
  func parts(_ more: String) throws {
    func trained(_ overrides: [String]) throws -> (RunSummary, [Float]) {
      let changes = ["optimizer={type: sgd, learning_rate: 0.05}"] + overrides
      let experiment = try Experiment(
        laboratory.recipe(more, data: data(Self.all), changes, registry: .builtIn()))
      return (try experiment.train(), experiment.model.headWeight.value.values)
    }
    let (whole, parts) = (try trained([]), try trained(["micro_batch_size=5"]))
    let (a, b) = (whole.0.stages[0].taskLoss, parts.0.stages[0].taskLoss)
    #expect(abs(a - b) < 1e-4 * max(1, a))
    let difference = zip(whole.1, parts.1).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-4, "\(difference)")
  }

  /// The first layers are not kept from epoch to epoch: what they see changes.
  @Test func nothingIsKept() throws {
    let experiment = try Experiment(
      laboratory.recipe(
        "selection: best-val\nepochs: 2\n", adapter: "{type: lora, rank: 2, layers: [1]}",
        data: data("{flip: 0.5}")))
    let summary = try experiment.train()
    let notes = summary.notes.words
    #expect(notes.contains { $0.contains("validation images") })
    #expect(!notes.contains { $0.contains("training images") })
  }

  /// λ of the loss by an image's own label, and the rest by the other's; gradients too.
  @Test func mixedLabels() throws {
    let experiment = try Experiment(laboratory.recipe(data: data("{mixup: 1}")))
    let pipeline = try experiment.pipeline()
    let epoch = RandomGenerator(seed: 8)
    let batch = [3, 11, 20, 7]
    let mixed = try #require(MixedLabels(pipeline, batch, epoch: epoch))
    let labels = batch.map { pipeline.train.labels[$0] }
    var random = RandomGenerator(seed: 2)
    let logits = Tensor(random.normal(40), shape: [4, 10]).differentiable()
    let loss = mixed.loss(of: logits, labels: labels, nil)
    var wanted = 0.0
    for row in 0..<4 {
      let one = logits.sliced(axis: 0, row..<row + 1)
      let share = Double(mixed.shares[row])
      #expect(share > 0 && share < 1)
      wanted += share * Double(one.crossEntropy([labels[row]]).item)
      wanted += (1 - share) * Double(one.crossEntropy([mixed.others[row]]).item)
    }
    #expect(abs(Double(loss.item) - wanted / 4) < 1e-5)
    let gradients = loss.backward()
    let slope = try #require(gradients[logits]).values
    for place in [0, 13, 27, 39] {
      func moved(_ step: Float) -> Double {
        var values = logits.values
        values[place] += step
        return Double(mixed.loss(of: Tensor(values, shape: [4, 10]), labels: labels, nil).item)
      }
      #expect(abs(Double(slope[place]) - (moved(0.01) - moved(-0.01)) / 0.02) < 1e-3)
    }
  }
}
