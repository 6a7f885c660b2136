import PETL

extension VBLoRA: PEFTConvertible {
  /// PEFT's `VBLORA`: `vblora_vector_bank` [vectors, length] for all maps, and for each `vblora_logits_A` [r,
  /// in / length, vectors] and `vblora_logits_B` [out / length, r, vectors].
  ///
  /// Folders with `save_only_topk_weights` hold the weights of the chosen vectors only, and are refused. No
  /// logits stand for a part of a fused map that is not adapted, so such a map is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "VBLORA", title: "VB-LoRA",
    keys: [
      PEFTKey("r", default: 4, least: 1, option: "rank"),
      PEFTKey("num_vectors", default: 256, least: 1, option: "num_vectors"),
      PEFTKey("vector_length", default: 256, least: 1, option: "vector_length"),
      PEFTKey("topk", default: 2, least: 1, option: "topk"),
      PEFTKey("vblora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey(
        "init_vector_bank_bound", default: 0.02, least: 0, option: "init_vector_bank_bound"),
      PEFTKey("init_logits_std", default: 0.1, least: 0, option: "init_logits_std"),
      PEFTKey("save_only_topk_weights", default: false, allowed: [false]),
      PEFTKey("bias", always: "none"), PEFTKey("fan_in_fan_out", always: false),
    ],
    tensors: [
      PEFTTensor(
        "vblora_logits_A", [.key("r"), .any, .key("num_vectors")], parameter: "vblora_logits_A"),
      PEFTTensor(
        "vblora_logits_B", [.any, .key("r"), .key("num_vectors")], parameter: "vblora_logits_B"),
    ],
    shared: PEFTForm.Shared(
      "vectors",
      [
        PEFTTensor(
          "vblora_vector_bank", [.key("num_vectors"), .key("vector_length")],
          parameter: "vblora_vector_bank")
      ], hint: "the bank is saved with the adapter"),
    fused: .asLoRA)

  /// All options.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "num_vectors": .whole(options.vectors),
      "vector_length": .whole(length), "topk": .whole(options.top),
      "vblora_dropout": .number(options.dropout),
      "init_vector_bank_bound": .number(options.bankBound),
      "init_logits_std": .number(options.logitDeviation),
    ]
  }

  /// The logits of a map of these widths.
  ///
  /// - Throws: `DiagnosticError` when vectors do not divide both widths.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    guard let length = settings["vector_length"]?.whole else { return peftForm.tensors }
    try check(length, inputs: inputs, outputs: outputs)
    return [
      PEFTTensor("vblora_logits_A", [.key("r"), .inputBlocks(length), .key("num_vectors")]),
      PEFTTensor("vblora_logits_B", [.outputBlocks(length), .key("r"), .key("num_vectors")]),
    ]
  }

  /// A and B.
  public static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    guard let down = tensors["vblora_logits_A"], let up = tensors["vblora_logits_B"],
      let bank = tensors["vblora_vector_bank"], let top = settings["topk"]?.whole,
      top <= bank.shape[0]
    else { return nil }
    return noGradient { factors(down, up, bank, top: top) }
  }
}
