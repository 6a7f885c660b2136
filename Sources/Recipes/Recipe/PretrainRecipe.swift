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
  public var name = "vit"
  /// Where randomness starts.
  public var seed = 0
  /// The side of the images in pixels.
  public var imageSize = 32
  /// The side of a patch in pixels.
  public var patchSize = 4
  /// The length of a token.
  public var width = 128
  /// How many blocks there are.
  public var depth = 6
  /// The heads of attention.
  public var heads = 4
  /// The width inside the MLP.
  public var mlpWidth = 512
  /// Drop-path of the last block.
  public var dropPath = 0.0
  /// Fresh scenes in each epoch.
  public var scenesPerEpoch = 20_000
  /// Scenes that are never trained on.
  public var validationScenes = 2_000
  /// How pixels become numbers.
  public var normalization = DataRecipe.Normalization.inception
  /// How parameters move.
  public var optimizer = OptimizerRecipe()
  /// How the learning rate changes.
  public var schedule = RateSchedule()
  /// Images a step.
  public var batchSize = 128
  /// The length of training.
  public var epochs = 20
  /// How the product's weights are stored.
  public var storage = Storage.float16

  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: a YAML file.
  ///   - overrides: `a.b=value` from the command line.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public init(path: String, overrides: [String] = []) throws {
    let node = try Overrides(overrides).apply(to: YAMLReader.read(path: path))
    if let backbone = node.entry("backbone"), node.entry("model") == nil {
      throw DiagnosticError(
        "this recipe names weights, on which petl run trains an adapter", at: backbone.keySpan,
        hints: [
          "run it with petl run, or describe a network in a section 'model' in the place of 'backbone'"
        ])
    }
    let reader = OptionReader(node, section: "")
    visit(reader)
    reader.finish()
    try reader.throwIfInvalid()
  }

  /// Declares every option.
  private mutating func visit(_ options: OptionReader) {
    let model = options.section("model", help: "the sizes of the network")
    let data = options.section("data", help: "the rendered scenes")
    let sizes = 1...100_000
    options.fileName("name", &name, help: "the name of the product, and its file's")
    options.integer("seed", &seed, in: 0...Int.max, help: "where randomness starts")
    model.integer("image_size", &imageSize, in: sizes, help: "in pixels")
    model.integer("patch_size", &patchSize, in: sizes, help: "in pixels")
    model.integer("width", &width, in: sizes, help: "the length of a token")
    model.integer("depth", &depth, in: sizes, help: "how many blocks")
    model.integer("heads", &heads, in: sizes, help: "of attention")
    model.integer("mlp_width", &mlpWidth, in: sizes, help: "inside the MLP")
    model.number("drop_path", &dropPath, in: 0...0.99, help: "of the last block")
    data.integer(
      "scenes_per_epoch", &scenesPerEpoch, in: 1...100_000_000, help: "fresh in each epoch")
    data.integer(
      "validation_scenes", &validationScenes, in: 1...1_000_000, help: "never trained on")
    data.normalization("normalization", &normalization, help: "how pixels become numbers")
    let optimizerReader = options.section("optimizer", help: "how parameters move")
    optimizer = OptimizerRecipe(optimizerReader, rules: OptimizerPlugin.builtIn)
    if !optimizer.plugin.traits.isEmpty {
      let names = OptimizerPlugin.builtIn.filter(\.traits.isEmpty).map(\.descriptor.name)
      optimizerReader.report(
        "a network is not pre-trained with type: \(optimizer.plugin.descriptor.name)", at: "type",
        hints: ["expected \(names.joined(separator: " or "))"])
    }
    let scheduleReader = options.section("schedule", help: "how the learning rate changes")
    schedule.visit(scheduleReader)
    options.integer("batch_size", &batchSize, in: 1...65_536, help: "images a step")
    options.integer("epochs", &epochs, in: StageRecipe.lengths, help: "the length")
    options.choice("storage", &storage, help: "of the product's weights")
    schedule.reportContradictions(scheduleReader)
  }
}
