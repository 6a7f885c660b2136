import PETL

/// The options of `BOFT`, by the names and with the defaults of PEFT's `BOFTConfig`.
public struct BOFTOptions: PluginOptions {
  /// The inputs of a block; 0 where their number says it.
  public var blockSize = 4
  /// How many blocks the inputs have; 0 where their size says it.
  public var blocks = 0
  /// How many block-diagonal factors a rotation has.
  public var factors = 1
  /// The part of the blocks of one factor that is not rotated while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "boft_block_size", &blockSize, in: 0...1_000_000,
      help: "the inputs of a block, a divisor of the width; 0 where boft_block_num says it")
    options.integer(
      "boft_block_num", &blocks, in: 0...1_000_000,
      help: "how many blocks the inputs have; 0 where boft_block_size says it")
    options.integer(
      "boft_n_butterfly_factor", &factors, in: 1...32,
      help: "how many factors a rotation has; with m of them 2^(m-1) blocks mix")
    options.number(
      "boft_dropout", &dropout, in: 0...0.99,
      help: "the part of the blocks of one factor, at random, that is not rotated while training")
    sizes.report(to: options)
  }

  var sizes: BlockSizes {
    BlockSizes(size: blockSize, count: blocks, names: ("boft_block_size", "boft_block_num"))
  }
}
