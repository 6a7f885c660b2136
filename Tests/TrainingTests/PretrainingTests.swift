import Backbones
import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

private let small = """
  name: little
  model: {image_size: 16, patch_size: 8, width: 16, depth: 1, heads: 2, mlp_width: 16}
  data: {scenes_per_epoch: 16, validation_scenes: 8}
  optimizer: {learning_rate: 1e-2, gradient_clip: 1}
  schedule: {warmup_epochs: 1}
  batch_size: 8
  epochs: 2

  """

@Suite struct PretrainingTests {
  private func recipe(_ laboratory: Laboratory, _ overrides: [String] = []) throws
    -> PretrainRecipe
  {
    let path = laboratory.folder + "/p.yaml"
    try Data(small.utf8).write(to: URL(fileURLWithPath: path))
    return try PretrainRecipe(path: path, overrides: overrides)
  }

  private func trained(
    _ recipe: PretrainRecipe, _ path: String
  ) throws -> [Pretrainer.Record] {
    let pretrainer = try Pretrainer(recipe)
    var records: [Pretrainer.Record] = []
    try pretrainer.run { records.append($0) }
    try pretrainer.write(to: path, metadata: ["by": "test"])
    return records
  }

  @Test func product() throws {
    let laboratory = try Laboratory()
    let recipe = try recipe(laboratory)
    let (a, b) = (laboratory.folder + "/a.safetensors", laboratory.folder + "/b.safetensors")
    let records = try trained(recipe, a)
    _ = try trained(recipe, b)
    #expect(records.map(\.epoch) == [1, 2])
    #expect(records.allSatisfy { $0.loss.isFinite })
    #expect(records.allSatisfy { $0.loss > 0 })
    #expect(records.allSatisfy { $0.imagesPerSecond > 0 })
    #expect(records[1].accuracy.keys.contains("shapes-class"))
    let bytes = try [a, b].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(bytes[0] == bytes[1])
    let file = try SafetensorsFile(path: a)
    let checkpoint = try ViTCheckpoint(file)
    let sizes = ViTConfiguration(
      imageSize: 16, patchSize: 8, width: 16, depth: 1, heads: 2, mlpWidth: 16)
    #expect(checkpoint.configuration == sizes)
    #expect(checkpoint.classes == 8)
    #expect(file.metadata["name"] == "little")
    #expect(file.metadata["normalization"] == "inception")
    let network = try checkpoint.network()
    #expect(network.pretrainedHead?.weight.shape == [8, 16])
  }

  @Test(arguments: [("float32", ScalarType.f32, 4), ("float16", .f16, 2), ("bfloat16", .bf16, 2)])
  func storage(_ name: String, _ type: ScalarType, _ width: Int) throws {
    let laboratory = try Laboratory()
    let pretrainer = try Pretrainer(try recipe(laboratory, ["storage=\(name)"]))
    let path = laboratory.folder + "/a.safetensors"
    try pretrainer.write(to: path, metadata: [:])
    let file = try SafetensorsFile(path: path)
    #expect(file.entries.allSatisfy { $0.type == type })
    let numbers = file.entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    let header = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(8).reversed().reduce(0) {
      ($0 << 8) + Int($1)
    }
    #expect(size == 8 + header + numbers * width)
  }

  @Test func divergence() throws {
    let laboratory = try Laboratory()
    var recipe = try recipe(laboratory, ["schedule.warmup_epochs=0"])
    recipe.optimizer.learningRate = 1e30
    let pretrainer = try Pretrainer(recipe)
    let found = complaint { try pretrainer.run { _ in } }
    #expect(found.hasPrefix("error: pre-training diverged at step "), "\(found)")
  }

  @Test(arguments: [
    ("model.heads=3", "3 heads do not divide width 16"),
    ("model.patch_size=5", "patches of 5 px do not divide images of 16 px"),
    ("name=a/b", "'name' is to be the name of a file"),
    ("data.scenes=1", "unknown key 'scenes' in 'data'"),
    ("storage=fp16", "'storage' must be one of float32, float16, bfloat16"),
  ])
  func mistakes(_ change: String, _ words: String) throws {
    let laboratory = try Laboratory()
    let found = complaint { try Pretrainer(recipe(laboratory, [change])) }
    #expect(found.contains(words), "\(found)")
  }

  /// A question that a scene does not answer takes no part; one that none answers is left out.
  @Test func unansweredQuestions() throws {
    let scenes = ShapeScenes.renderPretraining(seed: 1, count: 40, size: 16)
    let all = Array(scenes.labels.indices)
    let silent = all.filter { scenes.labels[$0].orientation < 0 }
    let pointing = all.filter { scenes.labels[$0].orientation >= 0 }
    #expect(!silent.isEmpty)
    #expect(!pointing.isEmpty)
    let configuration = ViTConfiguration(
      imageSize: 16, patchSize: 8, width: 16, depth: 1, heads: 2, mlpWidth: 16)
    let model = SceneModel(configuration, dropPath: 0, generator: RandomGenerator(seed: 1))
    func losses(_ rows: [Int]) throws -> [ShapeTask: (loss: Float, asked: Int)] {
      let images = try LabelledImages(
        images: scenes.images, shape: [40, 16, 16, 3], labels: scenes.labels.map(\.shape),
        origin: .init(file: "scenes", images: "images", labels: "labels"))
      let values = images.batch(rows, normalization: .inception)
      let pass = ForwardPass(
        isTraining: false, images: rows.count, generator: RandomGenerator(seed: 0))
      let answers = model.losses(
        Tensor(values, shape: [rows.count, 16, 16, 3]), rows.map { scenes.labels[$0] }, pass: pass)
      return Dictionary(uniqueKeysWithValues: answers.map { ($0.task, ($0.loss.item, $0.asked)) })
    }
    let (both, some, none) = try (losses(all), losses(pointing), losses(silent))
    #expect(none[.orientation] == nil)
    #expect(none[.shape]?.asked == silent.count)
    #expect(both[.orientation]?.asked == pointing.count)
    #expect(both[.count]?.asked == 40)
    let difference = abs((both[.orientation]?.loss ?? 0) - (some[.orientation]?.loss ?? 1))
    #expect(difference < 1e-5)
  }
}
