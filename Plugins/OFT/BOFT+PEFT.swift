import PETL

extension BOFT: PEFTConvertible {
  /// PEFT's `BOFT`: `boft_R` [factors, blocks, n, n] and `boft_s` [out, 1].
  ///
  /// PEFT without its kernel for GPUs writes one factor whatever `boft_n_butterfly_factor` says; such a folder
  /// is refused by that tensor's shape.
  public static let peftForm = PEFTForm(
    "BOFT",
    keys: [
      PEFTKey("boft_block_size", default: 4, least: 0, option: "boft_block_size"),
      PEFTKey("boft_block_num", default: 0, least: 0, option: "boft_block_num"),
      PEFTKey(
        "boft_n_butterfly_factor", default: 1, least: 1, most: 32,
        option: "boft_n_butterfly_factor"),
      PEFTKey("boft_dropout", default: 0.0, least: 0, most: 0.99, option: "boft_dropout"),
      PEFTKey("init_weights", always: true), PEFTKey("bias", always: "none"),
      PEFTKey("fan_in_fan_out", always: false),
    ],
    tensors: [
      PEFTTensor("boft_R", [.any, .any, .any, .any], parameter: "boft_R"),
      PEFTTensor("boft_s", [.outputs, .fixed(1)], parameter: "boft_s"),
    ], fused: .alike)

  /// Blocks, factors and dropout.
  public var peftSettings: [String: PEFTValue] {
    [
      "boft_block_size": .whole(options.blockSize), "boft_block_num": .whole(options.blocks),
      "boft_n_butterfly_factor": .whole(options.factors),
      "boft_dropout": .number(options.dropout),
    ]
  }

  /// The form's tensors with the lengths of the blocks.
  ///
  /// - Throws: `DiagnosticError` when the blocks do not divide the inputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    let sizes = BlockSizes(
      size: settings["boft_block_size"]?.count ?? 0,
      count: settings["boft_block_num"]?.count ?? 0, names: ("boft_block_size", "boft_block_num"))
    let (count, size) = try sizes.blocks(of: inputs, at: "the map")
    return [
      PEFTTensor(
        "boft_R", [.key("boft_n_butterfly_factor"), .fixed(count), .fixed(size), .fixed(size)],
        parameter: "boft_R"),
      PEFTTensor("boft_s", [.outputs, .fixed(1)], parameter: "boft_s"),
    ]
  }
}
