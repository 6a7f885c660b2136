import PETL

extension LoHa: PEFTConvertible {
  /// PEFT's `LOHA`: `hada_w1_a` and `hada_w2_a` [out, r], the transposes of the parameters, and `hada_w1_b` and
  /// `hada_w2_b` [r, in]; the parts of a fused map share the latter.
  public static let peftForm = PEFTForm(
    "LOHA", title: "LoHa",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "rank", pattern: "rank_pattern"),
      PEFTKey("alpha", default: 8.0, option: "alpha", pattern: "alpha_pattern"),
      PEFTKey("rank_dropout", default: 0.0, least: 0, most: 1, option: "rank_dropout"),
      PEFTKey("module_dropout", default: 0.0, least: 0, most: 1, option: "module_dropout"),
      // Says how adapters of convolutions are made, and initial values.
      PEFTKey("use_effective_conv2d", always: false), PEFTKey("init_weights", always: true),
    ],
    tensors: [
      PEFTTensor("hada_w1_a", [.outputs, .key("r")], parameter: "hada_w1_a", isTransposed: true),
      PEFTTensor("hada_w1_b", [.key("r"), .inputs], parameter: "hada_w1_b"),
      PEFTTensor("hada_w2_a", [.outputs, .key("r")], parameter: "hada_w2_a", isTransposed: true),
      PEFTTensor("hada_w2_b", [.key("r"), .inputs], parameter: "hada_w2_b"),
    ],
    fused: .rows(unadapted: 0))

  /// The rank, alpha and the dropouts.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.settings.rank), "alpha": .number(options.settings.alpha),
      "rank_dropout": .number(options.settings.rankDropout),
      "module_dropout": .number(options.settings.moduleDropout),
    ]
  }
}
