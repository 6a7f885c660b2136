import PETL

extension LoKr: PEFTConvertible {
  /// PEFT's `LOKR`: the matrices of both factors, which depend on the widths, the rank and the split.
  ///
  /// A fused map is split by its own width, across its parts, so it is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "LOKR", title: "LoKr",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "rank", pattern: "rank_pattern"),
      PEFTKey("alpha", default: 8.0, option: "alpha", pattern: "alpha_pattern"),
      PEFTKey("decompose_both", default: false, option: "decompose_both"),
      PEFTKey("decompose_factor", default: -1, least: -1, option: "decompose_factor"),
      PEFTKey("rank_dropout", default: 0.0, least: 0, most: 1, option: "rank_dropout"),
      PEFTKey("rank_dropout_scale", default: false, option: "rank_dropout_scale"),
      PEFTKey("module_dropout", default: 0.0, least: 0, most: 1, option: "module_dropout"),
      PEFTKey("use_effective_conv2d", always: false),
      PEFTKey(
        "init_weights", default: true, allowed: [true, false, "lycoris"], option: "init_weights"),
    ],
    tensors: ["lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b"].map {
      PEFTTensor($0, [.any, .any], parameter: $0, isOptional: true)
    },
    fused: .asLoRA)

  /// All options.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.settings.rank), "alpha": .number(options.settings.alpha),
      "decompose_both": .flag(options.decomposesBoth), "decompose_factor": .whole(options.factor),
      "rank_dropout": .number(options.settings.rankDropout),
      "rank_dropout_scale": .flag(options.rescalesRankDropout),
      "module_dropout": .number(options.settings.moduleDropout),
      "init_weights": options.initialWeights == .lycoris
        ? "lycoris" : .flag(options.initialWeights == .zeroFirst),
    ]
  }

  /// The matrices of a map of these widths.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> [PEFTTensor] {
    form(settings, inputs: inputs, outputs: outputs).shapes.map { name, shape in
      PEFTTensor(name, shape.map { .fixed($0) })
    }
  }

  /// The sum of rank-one maps that a map's matrices are.
  public static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    let form = form(settings, inputs: inputs, outputs: outputs)
    guard let alpha = settings["alpha"]?.double else { return nil }
    return noGradient {
      form.factors(tensors).map {
        ($0.directions, $0.basis.scaled(by: Float(alpha / Double(form.rank))))
      }
    }
  }

  private static func form(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> KroneckerForm {
    KroneckerForm(
      inputs: inputs, outputs: outputs, rank: settings["r"]?.whole ?? 8,
      factor: settings["decompose_factor"]?.whole ?? -1,
      decomposesBoth: settings["decompose_both"] == .flag(true))
  }
}
