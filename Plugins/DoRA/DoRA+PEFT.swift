import PETL

extension DoRA: PEFTConvertible {
  /// PEFT's `LORA` with `use_dora`: `lora_A.weight` [r, in], `lora_B.weight` [out, r], the transpose of the
  /// parameter, and `lora_magnitude_vector` [out].
  ///
  /// Written from its factors and magnitudes.
  public static let peftForm = PEFTForm(
    "LORA", title: "DoRA",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "rank"),
      PEFTKey("lora_alpha", default: 8.0, option: "alpha"),
      PEFTKey("use_rslora", default: false, option: "rslora"),
      PEFTKey("lora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("use_dora", mark: true),
    ],
    tensors: [
      PEFTTensor("lora_A.weight", [.key("r"), .inputs], parameter: "lora_A"),
      PEFTTensor(
        "lora_B.weight", [.outputs, .key("r")], parameter: "lora_B", isTransposed: true),
      PEFTTensor("lora_magnitude_vector", [.outputs], parameter: "magnitude"),
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

  /// A and B: the scale is the constant.
  public var factorParameters: (directions: Parameter, basis: Parameter)? { (down, up) }
}
