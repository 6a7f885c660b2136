import PETL

extension LoRA: PEFTConvertible {
  /// PEFT's `LORA` without magnitudes: `lora_A.weight` [r, in], and `lora_B.weight` [out, r], the transpose of
  /// the parameter.
  ///
  /// The scale is `lora_alpha` / r, or `lora_alpha` / √r with `use_rslora`. Written from its factors, as every
  /// adapter with linear ones is.
  public static let peftForm = PEFTForm(
    "LORA", title: "LoRA",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "rank"),
      PEFTKey("lora_alpha", default: 8.0, option: "alpha"),
      PEFTKey("use_rslora", default: false, option: "rslora"),
      PEFTKey("lora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("use_dora", mark: false),
    ],
    tensors: [
      PEFTTensor("lora_A.weight", [.key("r"), .inputs], parameter: "lora_A"),
      PEFTTensor(
        "lora_B.weight", [.outputs, .key("r")], parameter: "lora_B", isTransposed: true),
    ])

  /// The rank, alpha, its divisor and the dropout.
  public var peftSettings: [String: PEFTValue] {
    let rank = Double(options.rank)
    let divisor = options.rslora ? rank.squareRoot() : rank
    return [
      "r": .whole(options.rank), "lora_alpha": .number(options.alpha ?? options.scale * divisor),
      "use_rslora": .flag(options.rslora), "lora_dropout": .number(options.dropout),
    ]
  }
}
