import PETL

extension PEFTLoRA {
  /// The map's tensors by PEFT's names, A [r, in], B [out, r] and a DoRA's magnitudes [out].
  package var tensors: [String: Tensor] {
    var tensors = [
      Self.name(PEFTNames.a): Tensor(a, shape: aShape),
      Self.name(PEFTNames.b): Tensor(b, shape: bShape),
    ]
    if let magnitude { tensors[Self.name(PEFTNames.magnitude)] = Tensor(magnitude) }
    return tensors
  }

  private static func name(_ ending: String) -> String { String(ending.dropFirst()) }
}

extension PEFTAdapterFolder {
  /// PEFT's type of a low-rank change.
  package static let peftType = "LORA"

  /// The values of PEFT's keys for a map of such a folder: what tells methods apart that are read from it,
  /// and what their options are made of.
  package func settings(of module: PEFTLoRA) -> [String: PEFTValue] {
    [
      "r": .whole(module.rank), "lora_alpha": .number(module.alpha), "use_rslora": .flag(rslora),
      "lora_dropout": .number(dropout), "use_dora": .flag(module.magnitude != nil),
    ]
  }
}
