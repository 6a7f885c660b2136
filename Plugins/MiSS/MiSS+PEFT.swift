import PETL

extension MiSS: PEFTConvertible {
  /// PEFT's `MISS`: `miss_block` [r, out], or [r, mini_r] with `init_weights: mini`; of a fused map the columns
  /// of query, key and value one after the other.
  public static let peftForm = PEFTForm(
    "MISS", title: "MiSS",
    keys: [
      PEFTKey("r", default: 64, least: 1, option: "rank"),
      PEFTKey("mini_r", default: 1, least: 1, option: "mini_r"),
      PEFTKey("miss_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey(
        "init_weights", default: true, allowed: [true, false, "mini"], option: "init_weights"),
      PEFTKey("bias", always: "none"),
    ],
    tensors: [PEFTTensor("miss_block", [.key("r"), .any], parameter: "miss_block")],
    fused: .rows(unadapted: 0))

  /// All options.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "mini_r": .whole(options.miniRank),
      "miss_dropout": .number(options.dropout),
      "init_weights": options.initialWeights == .mini
        ? "mini" : .flag(options.initialWeights == .zero),
    ]
  }

  /// The matrix of a map.
  ///
  /// - Throws: `DiagnosticError` when `mini_r` does not divide the outputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    guard settings["init_weights"] == "mini", let columns = settings["mini_r"]?.whole else {
      return [PEFTTensor("miss_block", [.key("r"), .outputs])]
    }
    try MiSSOptions.check(columns: columns, outputs: outputs)
    return [PEFTTensor("miss_block", [.key("r"), .key("mini_r")])]
  }
}
