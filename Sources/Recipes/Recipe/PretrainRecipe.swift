import Optimization
import PETL

/// A recipe of `petl pretrain`: a Vision Transformer trained from scratch on rendered scenes.
public struct PretrainRecipe: Sendable {
  /// How weights are stored.
  public enum Storage: String, CaseIterable, Sendable {
    /// 32 bits.
    case float32
    /// 16 bits, five of exponent.
    case float16
    /// 16 bits, eight of exponent.
    case bfloat16
  }

  /// The name of the product.
  public var name: String
  /// Where randomness starts.
  public var seed: Int
  /// The side of the images in pixels.
  public var imageSize: Int
  /// The side of a patch in pixels.
  public var patchSize: Int
  /// The length of a token.
  public var width: Int
  /// How many blocks there are.
  public var depth: Int
  /// The heads of attention.
  public var heads: Int
  /// The width inside the MLP.
  public var mlpWidth: Int
  /// Drop-path of the last block.
  public var dropPath: Double
  /// Fresh scenes in each epoch.
  public var scenesPerEpoch: Int
  /// Scenes that are never trained on.
  public var validationScenes: Int
  /// How pixels become numbers.
  public var normalization: String
  /// How parameters move.
  public var optimizer: OptimizerRecipe
  /// How the learning rate changes.
  public var schedule: RateSchedule
  /// Images a step.
  public var batchSize: Int
  /// The length of training.
  public var epochs: Int
  /// How the product's weights are stored.
  public var storage: Storage

  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: a YAML file.
  ///   - overrides: `a.b=value` from the command line.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public init(path: String, overrides: [String] = []) throws {
    let node = try Overrides(overrides).apply(to: YAMLReader.read(path: path))
    let reader = OptionReader(node, section: "")
    let model = reader.section("model", help: "the sizes of the network")
    let data = reader.section("data", help: "the rendered scenes")
    let sizes = 1...100_000
    name = reader.fileName("name", default: "vit", help: "the name of the product, and its file's")
    seed = reader.integer("seed", default: 0, in: 0...Int.max, help: "where randomness starts")
    imageSize = model.integer("image_size", default: 32, in: sizes, help: "in pixels")
    patchSize = model.integer("patch_size", default: 4, in: sizes, help: "in pixels")
    width = model.integer("width", default: 128, in: sizes, help: "the length of a token")
    depth = model.integer("depth", default: 6, in: sizes, help: "how many blocks")
    heads = model.integer("heads", default: 4, in: sizes, help: "of attention")
    mlpWidth = model.integer("mlp_width", default: 512, in: sizes, help: "inside the MLP")
    dropPath = model.number("drop_path", default: 0, in: 0...0.99, help: "of the last block")
    scenesPerEpoch = data.integer(
      "scenes_per_epoch", default: 20_000, in: 1...100_000_000, help: "fresh in each epoch")
    validationScenes = data.integer(
      "validation_scenes", default: 2_000, in: 1...1_000_000, help: "never trained on")
    normalization = data.normalization(
      "normalization", default: .inception, help: "how pixels become numbers")
    let optimizerReader = reader.section("optimizer", help: "how parameters move")
    optimizer = OptimizerRecipe(optimizerReader, rules: OptimizerPlugin.builtIn)
    if !optimizer.plugin.traits.isEmpty {
      let names = OptimizerPlugin.builtIn.filter(\.traits.isEmpty).map(\.descriptor.name)
      optimizerReader.report(
        "a network is not pre-trained with type: \(optimizer.plugin.descriptor.name)", at: "type",
        hints: ["expected \(names.joined(separator: " or "))"])
    }
    let scheduleReader = reader.section("schedule", help: "how the learning rate changes")
    schedule = RateSchedule(scheduleReader)
    batchSize = reader.integer("batch_size", default: 128, in: 1...65_536, help: "images a step")
    epochs = reader.integer("epochs", default: 20, in: 1...1_000_000, help: "the length")
    storage = reader.choice("storage", default: .float16, help: "of the product's weights")
    schedule.reportContradictions(scheduleReader)
    schedule.checkLength(ofTraining: epochs, scheduleReader)
    reader.finish()
    try reader.throwIfInvalid()
  }
}
