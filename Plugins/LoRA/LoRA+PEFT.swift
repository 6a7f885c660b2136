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

  /// The rank, alpha, its divisor and the dropout; twice the rank with a start that is taken off, and the alpha
  /// with which the scale stays.
  public var peftSettings: [String: PEFTValue] {
    let rank = Double(options.rank) * (fixed == nil ? 1 : 2)
    let divisor = options.rslora ? rank.squareRoot() : rank
    let alpha = fixed == nil ? options.alpha : nil
    return [
      "r": .whole(Int(rank)), "lora_alpha": .number(alpha ?? options.effectiveScale * divisor),
      "use_rslora": .flag(options.rslora), "lora_dropout": .number(options.dropout),
    ]
  }

  /// A and B, or [A, A₀] and [B, −B₀].
  public func peftTensors() -> [String: Tensor] {
    func value(_ own: Parameter, _ fixed: Tensor?) -> Tensor {
      fixed.map { .concatenated([own.value.detached(), $0], axis: 0) } ?? own.value.detached()
    }
    return noGradient {
      [
        "lora_A.weight": value(down, fixed?.down.value),
        "lora_B.weight": value(up, fixed.map { -$0.up.value }).transposed(),
      ]
    }
  }

  /// The inverse of `peftTensors`.
  public func parameterValues(peft tensors: [String: Tensor]) -> [String: Tensor] {
    guard let a = tensors["lora_A.weight"], let b = tensors["lora_B.weight"]?.transposed() else {
      return [:]
    }
    guard let fixed, a.shape[0] == 2 * options.rank else { return ["lora_A": a, "lora_B": b] }
    func half(_ x: Tensor, _ second: Bool) -> Tensor {
      x.sliced(axis: 0, second ? options.rank..<2 * options.rank : 0..<options.rank)
    }
    return noGradient {
      [
        "lora_A": half(a, false), "lora_B": half(b, false), fixed.down.name: half(a, true),
        fixed.up.name: -half(b, true),
      ]
    }
  }
}
