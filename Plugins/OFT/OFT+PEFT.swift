import PETL

extension OFT: PEFTConvertible {
  /// PEFT's `OFT`: `oft_R.weight` [blocks, n (n − 1) / 2], or [1, …] with `block_share`.
  ///
  /// `module_dropout` has no effect in PEFT's OFT of version 2, and none here. Blocks that do not divide the
  /// inputs are refused; PEFT takes others for them.
  public static let peftForm = PEFTForm(
    "OFT",
    keys: [
      PEFTKey("r", default: 0, least: 0, option: "r"),
      PEFTKey("oft_block_size", default: 32, least: 0, option: "oft_block_size"),
      PEFTKey("block_share", default: false, option: "block_share"),
      PEFTKey("coft", default: false, option: "coft"),
      PEFTKey("eps", default: 6e-5, least: 1e-12, most: 1e6, option: "eps"),
      PEFTKey("use_cayley_neumann", default: true, option: "use_cayley_neumann"),
      PEFTKey(
        "num_cayley_neumann_terms", default: 5, least: 2, most: 64,
        option: "num_cayley_neumann_terms"),
      PEFTKey("module_dropout", always: 0.0), PEFTKey("init_weights", always: true),
      PEFTKey("bias", always: "none"), PEFTKey("fan_in_fan_out", always: false),
    ],
    tensors: [PEFTTensor("oft_R.weight", [.any, .any], parameter: "oft_R")], fused: .alike)

  /// Blocks, constraint and transform.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.blocks), "oft_block_size": .whole(options.blockSize),
      "block_share": .flag(options.sharesBlocks), "coft": .flag(options.isConstrained),
      "eps": .number(options.epsilon), "use_cayley_neumann": .flag(options.usesNeumann),
      "num_cayley_neumann_terms": .whole(options.neumannTerms),
    ]
  }

  /// One row for each block, or for all of them.
  ///
  /// - Throws: `DiagnosticError` when the blocks do not divide the inputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    let sizes = BlockSizes(
      size: settings["oft_block_size"]?.count ?? 0, count: settings["r"]?.count ?? 0,
      names: ("oft_block_size", "r"))
    let (count, size) = try sizes.blocks(of: inputs, at: "the map")
    let rows = settings["block_share"] == .flag(true) ? 1 : count
    return [
      PEFTTensor(
        "oft_R.weight", [.fixed(rows), .fixed(size * (size - 1) / 2)], parameter: "oft_R")
    ]
  }
}

extension PEFTValue {
  /// The whole number that it is; nil for another kind.
  var count: Int? { if case .whole(let number) = self { number } else { nil } }
}
