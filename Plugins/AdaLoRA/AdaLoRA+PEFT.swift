import PETL

extension AdaLoRA: PEFTConvertible {
  /// PEFT's `ADALORA`: `lora_A` [r, in], `lora_E` [r, 1], and `lora_B` [out, r], the transpose of the
  /// parameter, with all ranks in them: those that were taken away have a zero in `lora_E`.
  ///
  /// Query, key and value of a fused map share `lora_A` and `lora_E`; where they do not, they are written as
  /// the LoRA that they equal.
  ///
  /// PEFT wants `total_step`, which is the stage's business: the least that it takes is written.
  public static let peftForm = PEFTForm(
    "ADALORA", title: "AdaLoRA",
    keys: [
      PEFTKey("init_r", default: 12, least: 1, option: "init_r"),
      PEFTKey("target_r", default: 8, least: 1, option: "target_r"),
      PEFTKey("tinit", default: 0, least: 0, option: "tinit"),
      PEFTKey("tfinal", default: 0, least: 0, option: "tfinal"),
      PEFTKey("deltaT", default: 1, least: 1, option: "delta_t"),
      PEFTKey("beta1", default: 0.85, least: 0, most: 1, option: "beta1"),
      PEFTKey("beta2", default: 0.85, least: 0, most: 1, option: "beta2"),
      PEFTKey("orth_reg_weight", default: 0.5, least: 0, option: "orth_reg_weight"),
      PEFTKey("lora_alpha", default: 8.0, option: "alpha"),
      PEFTKey("lora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("total_step", default: 1, least: 1), PEFTKey("bias", always: "none"),
    ],
    tensors: [
      PEFTTensor("lora_A", [.key("init_r"), .inputs], parameter: "lora_A"),
      PEFTTensor("lora_E", [.key("init_r"), .fixed(1)], parameter: "lora_E"),
      PEFTTensor("lora_B", [.outputs, .key("init_r")], parameter: "lora_B", isTransposed: true),
    ], fused: .rows(unadapted: 0))

  /// Ranks, schedule, decays, the orthogonality term's weight, alpha and dropout.
  public var peftSettings: [String: PEFTValue] {
    [
      "init_r": .whole(options.initialRank), "target_r": .whole(options.targetRank),
      "tinit": .whole(options.initialSteps), "tfinal": .whole(options.finalSteps),
      "deltaT": .whole(options.interval), "beta1": .number(options.beta1),
      "beta2": .number(options.beta2), "orth_reg_weight": .number(options.orthogonalityWeight),
      "lora_alpha": .number(options.alpha), "lora_dropout": .number(options.dropout),
      "total_step": .whole(options.initialSteps + options.finalSteps + 1),
    ]
  }
}
