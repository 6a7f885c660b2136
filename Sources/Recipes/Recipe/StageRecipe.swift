import PETL

/// One part of training.
public struct StageRecipe: PluginOptions {
  /// Its name, unique in the recipe.
  public var name = "train"
  /// How many times it goes through the training images.
  public var epochs = 100
  /// Whether the regularizers apply.
  public var regularizes = true
  /// The learning rate, when it is not the optimizer's.
  public var learningRate: Double?

  /// How long a stage may be.
  static let lengths = 1...1_000_000

  /// The defaults.
  public init() {}

  /// Declares the options of an element of `stages`.
  public mutating func visit(_ options: OptionReader) {
    // A checkpoint is named after it.
    options.fileName("name", &name, help: "unique in the recipe; names a file")
    if !StageTitle.isFree(name) {
      options.report(
        "a stage cannot be named '\(name)'", at: "name",
        hints: ["'latest' and names with 'control-' are files that every run writes itself"])
    }
    options.integer("epochs", &epochs, in: Self.lengths, help: "its length")
    options.boolean("regularize", &regularizes, help: "whether the regularizers apply")
    options.optionalNumber(
      "learning_rate", &learningRate, in: 0...1e3, help: "when it is not the optimizer's")
  }
}
