import PETL

extension GraLoRA: PEFTConvertible {
  /// PEFT's `GRALORA`: `gralora_A` [k, in / k, r] and `gralora_B` [k, r, out / k], and with `hybrid_r`
  /// `gralora_A_general.weight` [hybrid_r, in] and `gralora_B_general.weight` [out, hybrid_r].
  ///
  /// The blocks of a fused map lie across its parts, so it is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "GRALORA", title: "GraLoRA",
    keys: [
      PEFTKey("r", default: 32, least: 1, option: "rank"),
      PEFTKey("gralora_k", default: 2, least: 1, option: "gralora_k"),
      PEFTKey("hybrid_r", default: 0, least: 0, option: "hybrid_r"),
      PEFTKey("alpha", default: 64.0, option: "alpha"),
      PEFTKey("gralora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("fan_in_fan_out", always: false), PEFTKey("bias", always: "none"),
      PEFTKey("init_weights", always: true),
    ],
    tensors: [
      PEFTTensor("gralora_A", [.any, .any, .key("r")], parameter: "gralora_A"),
      PEFTTensor("gralora_B", [.any, .key("r"), .any], parameter: "gralora_B"),
      PEFTTensor(
        "gralora_A_general.weight", [.key("hybrid_r"), .inputs], parameter: "gralora_A_general",
        isOptional: true),
      PEFTTensor(
        "gralora_B_general.weight", [.outputs, .key("hybrid_r")], parameter: "gralora_B_general",
        isTransposed: true, isOptional: true),
    ],
    fused: .asLoRA)

  /// All options.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "gralora_k": .whole(options.blocks),
      "hybrid_r": .whole(options.hybridRank), "alpha": .number(options.alpha),
      "gralora_dropout": .number(options.dropout),
    ]
  }

  /// The tensors of a map of these widths.
  ///
  /// - Throws: `DiagnosticError` when the blocks do not divide both widths, or the rank.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    guard let k = settings["gralora_k"]?.whole, let r = settings["r"]?.whole else {
      return peftForm.tensors
    }
    guard r.isMultiple(of: k) else {
      throw DiagnosticError("gralora_k \(k) does not divide a rank of \(r)")
    }
    try check(k, inputs: inputs, outputs: outputs)
    let blocks = [
      PEFTTensor("gralora_A", [.key("gralora_k"), .inputBlocks(k), .key("r")]),
      PEFTTensor("gralora_B", [.key("gralora_k"), .key("r"), .outputBlocks(k)]),
    ]
    guard settings["hybrid_r"] != .whole(0) else { return blocks }
    return blocks + [
      PEFTTensor("gralora_A_general.weight", [.key("hybrid_r"), .inputs]),
      PEFTTensor("gralora_B_general.weight", [.outputs, .key("hybrid_r")]),
    ]
  }

  /// The rank-one maps of all blocks and of the whole map.
  public static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    guard let down = tensors["gralora_A"], let up = tensors["gralora_B"],
      let alpha = settings["alpha"]?.double, let hybrid = settings["hybrid_r"]?.whole
    else { return nil }
    return noGradient {
      var whole: (Tensor, Tensor)?
      if let a = tensors["gralora_A_general.weight"], let b = tensors["gralora_B_general.weight"] {
        whole = (a, b.transposed())
      }
      let (a, b) = factors(down, up, whole)
      return (a, b.scaled(by: Float(alpha / Double(down.shape[2] + hybrid))))
    }
  }
}
