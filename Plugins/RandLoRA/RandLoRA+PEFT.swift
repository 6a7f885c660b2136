import PETL

extension RandLoRA: PEFTConvertible {
  /// PEFT's `RANDLORA` with its projections saved: `randlora_A` [r, 1, smaller width] and `randlora_B` [larger
  /// width, n, r], once for all maps and, as PEFT writes them, again for each; for each map `randlora_lambda`
  /// [r, n] and `randlora_gamma` [n, smaller width].
  ///
  /// Projections that PEFT draws anew from a seed are PyTorch's random numbers, which are not to be had here.
  /// A fused map has bases of its own widths, so it is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "RANDLORA", title: "RandLoRA",
    keys: [
      PEFTKey("r", default: 32, least: 1, option: "rank"),
      PEFTKey("randlora_alpha", default: 640.0, option: "alpha"),
      PEFTKey("randlora_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("sparse", default: false, option: "sparse"),
      PEFTKey("very_sparse", default: false, option: "very_sparse"),
      PEFTKey("bias", always: "none"), PEFTKey("fan_in_fan_out", always: false),
      PEFTKey("init_weights", always: true), PEFTKey("save_projection", always: true),
      // No seed of PyTorch's gives these projections; they are in the file.
      PEFTKey("projection_prng_key", always: 0),
    ],
    tensors: [
      PEFTTensor("randlora_lambda", [.key("r"), .any], parameter: "randlora_lambda"),
      PEFTTensor("randlora_gamma", [.any, .any], parameter: "randlora_gamma"),
      PEFTTensor("randlora_A", small, isOptional: true),
      PEFTTensor("randlora_B", large, isOptional: true),
    ],
    shared: PEFTForm.Shared(
      "projections",
      [
        PEFTTensor("randlora_A", small, parameter: "randlora_A"),
        PEFTTensor("randlora_B", large, parameter: "randlora_B"),
      ], hint: "save the adapter again with save_projection=True"),
    fused: .asLoRA)

  private static let small: [PEFTTensor.Axis] = [.key("r"), .fixed(1), .any]
  private static let large: [PEFTTensor.Axis] = [.any, .any, .key("r")]

  /// All options.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "randlora_alpha": .number(options.alpha),
      "randlora_dropout": .number(options.dropout), "sparse": .flag(options.sparse),
      "very_sparse": .flag(options.verySparse),
    ]
  }

  /// The diagonals of a map of these widths, and the copies of the projections.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> [PEFTTensor] {
    guard let rank = settings["r"]?.whole, rank > 0 else { return peftForm.tensors }
    let width = min(inputs, outputs)
    let count = RandomBases.count(width: width, rank: rank)
    return [
      PEFTTensor("randlora_lambda", [.key("r"), .fixed(count)]),
      PEFTTensor("randlora_gamma", [.fixed(count), .fixed(width)]),
      PEFTTensor("randlora_A", small, isOptional: true),
      PEFTTensor("randlora_B", large, isOptional: true),
    ]
  }

  /// The n · r directions and basis vectors.
  public static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    guard let small = tensors["randlora_A"], let large = tensors["randlora_B"],
      let ranks = tensors["randlora_lambda"], let columns = tensors["randlora_gamma"],
      let alpha = settings["randlora_alpha"]?.double,
      small.shape[2] >= min(inputs, outputs), large.shape[0] >= max(inputs, outputs),
      large.shape[1] >= ranks.shape[1]
    else { return nil }
    return noGradient {
      let (a, b) = factors(
        small: small, large: large, ranks: ranks, columns: columns, inputs: inputs,
        outputs: outputs)
      return (a, b.scaled(by: Float(alpha / Double(ranks.shape[0]))))
    }
  }
}
