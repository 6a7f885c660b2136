import PETL

/// The options of `OFT`, by the names and with the defaults of PEFT's `OFTConfig`.
public struct OFTOptions: PluginOptions {
  /// How many blocks the inputs have; 0 where the block size says it.
  public var blocks = 0
  /// The inputs of a block; 0 where their number says it.
  public var blockSize = 32
  /// Whether all blocks of a map have the same rotation.
  public var sharesBlocks = false
  /// Whether rotations are kept small (COFT).
  public var isConstrained = false
  /// COFT's ε: the largest norm of all blocks of a map together.
  public var epsilon = 6e-5
  /// Whether powers of Q stand for the exact transform.
  public var usesNeumann = true
  /// How many powers, the identity among them.
  public var neumannTerms = 5

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "r", &blocks, in: 0...1_000_000,
      help: "how many blocks the inputs have; 0 where oft_block_size says it")
    options.integer(
      "oft_block_size", &blockSize, in: 0...1_000_000,
      help: "the inputs of a block, a divisor of the width; 0 where r says it")
    options.boolean(
      "block_share", &sharesBlocks, help: "whether all blocks of a map have the same rotation")
    options.boolean("coft", &isConstrained, help: "whether rotations are kept small (COFT)")
    options.number(
      "eps", &epsilon, in: 1e-12...1e6,
      help: "how far a map may be rotated with coft: the norm of Q over all blocks")
    options.boolean(
      "use_cayley_neumann", &usesNeumann,
      help: "powers of Q, whose limit is the transpose of the exact transform; false: exact")
    options.integer(
      "num_cayley_neumann_terms", &neumannTerms, in: 2...64,
      help: "how many powers, the identity among them; 3 are the same as 4, as in PEFT")
    sizes.report(to: options)
  }

  var sizes: BlockSizes {
    BlockSizes(size: blockSize, count: blocks, names: ("oft_block_size", "r"))
  }
}
