import PETL

extension DeLoRA: PEFTConvertible {
  /// PEFT's `DELORA`: `delora_A` [r, in], `delora_B` [out, r], the transpose of the parameter, `delora_lambda`
  /// [1] and `delora_w_norm` [in].
  ///
  /// The norms of B run over all outputs of a fused map, so such a map is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "DELORA", title: "DeLoRA",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "rank", pattern: "rank_pattern"),
      PEFTKey(
        "delora_lambda", default: 15.0, least: 0, option: "lambda", pattern: "lambda_pattern"),
      PEFTKey("module_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("bias", always: "none"), PEFTKey("init_weights", always: true),
    ],
    tensors: [
      PEFTTensor("delora_A", [.key("r"), .inputs], parameter: "delora_A"),
      PEFTTensor("delora_B", [.outputs, .key("r")], parameter: "delora_B", isTransposed: true),
      PEFTTensor("delora_lambda", [.fixed(1)], parameter: "delora_lambda"),
      PEFTTensor("delora_w_norm", [.inputs], parameter: "delora_w_norm"),
    ],
    fused: .asLoRA)

  /// The rank, the initial λ and the dropout.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "delora_lambda": .number(options.lambda),
      "module_dropout": .number(options.dropout),
    ]
  }

  /// A ∘ w, and Ξ B.
  public static func linearFactors(
    peft tensors: [String: Tensor], inputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    guard let a = tensors["delora_A"], let b = tensors["delora_B"],
      let strength = tensors["delora_lambda"], let norms = tensors["delora_w_norm"]
    else { return nil }
    return noGradient {
      factors(a, basis: b.transposed(), strength: strength, norms: norms)
    }
  }
}
