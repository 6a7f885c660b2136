import Backbones
import Checkpoints
import Datasets
import Networks
import Optimization
import PETL
import Recipes

/// Trains a Vision Transformer from scratch on rendered scenes: fresh ones every epoch, all four
/// questions at once.
public final class Pretrainer {
  /// What is logged of an epoch.
  public struct Record: Sendable, Codable {
    /// Counted from 1.
    public let epoch: Int
    /// The mean over steps of the sum of the questions' losses.
    public let loss: Double
    /// Accuracy on scenes that are never trained on, by question.
    public let accuracy: [String: Double]
    /// Training images a second, rendering included.
    public let imagesPerSecond: Double
  }

  private let recipe: PretrainRecipe
  private let configuration: ViTConfiguration
  private let normalization: Normalization
  private let model: SceneModel
  private let optimizer: any Optimizer
  private let generator: RandomGenerator

  /// Makes a network of the recipe's sizes.
  ///
  /// - Throws: `DiagnosticError` when the sizes do not fit each other.
  public init(_ recipe: PretrainRecipe) throws {
    configuration = ViTConfiguration(
      imageSize: recipe.imageSize, patchSize: recipe.patchSize, width: recipe.width,
      depth: recipe.depth, heads: recipe.heads, mlpWidth: recipe.mlpWidth)
    let problems = configuration.problems
    if !problems.isEmpty { throw DiagnosticError(problems.map { Diagnostic("model: \($0)") }) }
    try MemoryNeed(weightsOf: configuration, copies: 4).require(
      for: "training a network of \(recipe.depth) blocks of width \(recipe.width)",
      hints: ["choose smaller sizes in 'model'"])
    try MemoryNeed(
      images: recipe.batchSize, imageSize: recipe.imageSize, tokens: configuration.tokens,
      width: recipe.width
    ).require(
      for: "a batch of \(recipe.batchSize) images of \(recipe.imageSize) px",
      hints: ["choose a smaller batch_size"])
    self.recipe = recipe
    normalization = try Normalization(recipe.normalization)
    generator = RandomGenerator(seed: UInt64(recipe.seed))
    model = SceneModel(configuration, dropPath: recipe.dropPath, generator: generator)
    optimizer = try recipe.optimizer.makeOptimizer(for: TrainedParameters(model.parameters))
  }

  /// Trains all epochs.
  ///
  /// - Parameter epochDidEnd: is told of each.
  /// - Throws: `DiagnosticError` when training diverges.
  public func run(epochDidEnd: (Record) -> Void) throws {
    for epoch in 1...recipe.epochs { epochDidEnd(try trainEpoch(epoch)) }
  }

  private func trainEpoch(_ epoch: Int) throws -> Record {
    let clock = ContinuousClock()
    let start = clock.now
    var total = 0.0
    let steps = (recipe.scenesPerEpoch + recipe.batchSize - 1) / recipe.batchSize
    for step in 0..<steps {
      let number = (epoch - 1) * steps + step
      let first = number * recipe.batchSize
      total += try takeStep(
        number, moment: Double(number) / Double(steps),
        try scenes(seed: UInt64(recipe.seed), first: first, count: recipe.batchSize))
    }
    let seconds = (clock.now - start) / .seconds(1)
    return Record(
      epoch: epoch, loss: total / Double(steps), accuracy: try evaluate(),
      imagesPerSecond: Double(steps * recipe.batchSize) / seconds)
  }

  private func takeStep(_ number: Int, moment: Double, _ scenes: Scenes) throws -> Double {
    let asked = PretrainingStep(
      parameters: model.parameters.map(\.parameter), number: number,
      gradientClip: recipe.optimizer.gradientClip
    ) { [model, generator] in
      let pass = ForwardPass(
        isTraining: true, images: scenes.labels.count,
        generator: generator.split("steps").split("step", number), recordsSubspaces: false)
      let losses = model.losses(scenes.images, scenes.labels, pass: pass)
      return losses.dropFirst().reduce(losses[0].loss) { $0 + $1.loss }
    }
    let rate =
      recipe.optimizer.learningRate
      * recipe.schedule.factor(atEpoch: moment, of: Double(recipe.epochs))
    try PluginCall.within("optimizer '\(recipe.optimizer.plugin.descriptor.name)'") {
      try optimizer.step(asked, rate: rate)
    }
    return asked.value
  }

  /// Scenes of another seed than any that is trained on.
  private func evaluate() throws -> [String: Double] {
    var right: [String: Int] = [:]
    var asked: [String: Int] = [:]
    for first in stride(from: 0, to: recipe.validationScenes, by: recipe.batchSize) {
      let count = min(recipe.batchSize, recipe.validationScenes - first)
      let scenes = try scenes(seed: ~UInt64(recipe.seed), first: first, count: count)
      let pass = ForwardPass(
        isTraining: false, images: count, generator: generator, recordsSubspaces: false)
      for answer in noGradient({ model.losses(scenes.images, scenes.labels, pass: pass) }) {
        right[answer.task.rawValue, default: 0] += answer.right
        asked[answer.task.rawValue, default: 0] += answer.asked
      }
    }
    return asked.reduce(into: [:]) { $0[$1.key] = Double(right[$1.key] ?? 0) / Double($1.value) }
  }

  private typealias Scenes = (images: Tensor, labels: [SceneLabels])

  private func scenes(seed: UInt64, first: Int, count: Int) throws -> Scenes {
    let side = recipe.imageSize
    let scenes = ShapeScenes.renderPretraining(seed: seed, count: count, size: side, first: first)
    let images = try LabelledImages(
      images: scenes.images, shape: [count, side, side, 3], labels: scenes.labels.map(\.shape),
      origin: .init(file: "rendered scenes", images: "images", labels: "labels"))
    let values = images.batch(Array(0..<count), normalization: normalization)
    return (Tensor(values, shape: [count, side, side, 3]), scenes.labels)
  }

  /// Writes the network with timm's names; its head is the one for the shape's class.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written.
  public func write(to path: String, metadata: [String: String]) throws {
    var values = model.backbone.parameters.map { ($0.name, $0.parameter.value) }
    if let head = model.heads.first(where: { $0.task == .shape }) {
      values += [("head.weight", head.weight.value), ("head.bias", head.bias.value)]
    }
    let records = values.map { name, value in
      switch recipe.storage {
      case .float32: TensorRecord.float32(name, shape: value.shape, value.values)
      case .float16: TensorRecord.float16(name, shape: value.shape, value.values)
      case .bfloat16: TensorRecord.bfloat16(name, shape: value.shape, value.values)
      }
    }
    let own = [
      "format": "pt", "heads": "\(recipe.heads)", "epsilon": "\(configuration.epsilon)",
      "normalization": "\(recipe.normalization)", "name": recipe.name,
    ]
    try SafetensorsWriter.write(
      records, metadata: metadata.merging(own) { _, own in own }, to: path)
  }
}
