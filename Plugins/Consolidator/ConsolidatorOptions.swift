import PETL

/// The options of `Consolidator`.
public struct ConsolidatorOptions: PluginOptions {
  /// How many groups each branch's channels are in.
  public var groups = [384]
  /// Whether channels are reordered before they are grouped.
  public var shuffle = false
  /// Whether branches have biases.
  public var biases = true
  /// The probability that an image goes without the adapter while training.
  public var dropPath = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integers(
      "groups", &groups, in: 1...65_536,
      help: "the groups of each branch, divisors of all widths; one branch of 384 in the paper")
    options.boolean(
      "shuffle", &shuffle,
      help: "reorder channels before they are grouped; off in the authors' runs on VTAB-1k")
    options.boolean("biases", &biases, help: "a bias of each branch")
    options.number(
      "drop_path", &dropPath, in: 0...0.99,
      help: "the probability that an image goes without it while training; the paper takes 0 to 0.8"
    )
  }
}
