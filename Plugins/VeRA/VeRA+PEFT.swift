import PETL

extension VeRA: PEFTConvertible {
  /// PEFT's `VERA` with its projections saved: `vera_A` [r, the most inputs], and `vera_B` [the most outputs, r],
  /// the transpose of the parameter; for each map `vera_lambda_d` [r] and `vera_lambda_b` [out].
  ///
  /// Projections that PEFT draws anew from a seed are PyTorch's random numbers, which are not to be had here.
  /// The rows of key and value in a fused map take other rows of B than maps of their own would, so such a map
  /// is the LoRA that it equals.
  public static let peftForm = PEFTForm(
    "VERA", title: "VeRA",
    keys: [
      PEFTKey("r", default: 256, least: 1, option: "rank"),
      PEFTKey("d_initial", default: 0.1, option: "start"),
      PEFTKey("vera_dropout", default: 0.0, least: 0, most: 1, option: "dropout"),
      PEFTKey("bias", always: "none"), PEFTKey("fan_in_fan_out", always: false),
      PEFTKey("init_weights", always: true), PEFTKey("save_projection", always: true),
      // No seed of PyTorch's gives these projections; they are in the file.
      PEFTKey("projection_prng_key", always: 0),
    ],
    tensors: [
      PEFTTensor("vera_lambda_d", [.key("r")], parameter: "vera_lambda_d"),
      PEFTTensor("vera_lambda_b", [.outputs], parameter: "vera_lambda_b"),
    ],
    shared: PEFTForm.Shared(
      "projections",
      [
        PEFTTensor("vera_A", [.key("r"), .inputs], parameter: "vera_A"),
        PEFTTensor("vera_B", [.outputs, .key("r")], parameter: "vera_B", isTransposed: true),
      ], hint: "save the adapter again with save_projection=True"),
    fused: .asLoRA)

  /// The rank, the initial d and the dropout.
  public var peftSettings: [String: PEFTValue] {
    [
      "r": .whole(options.rank), "d_initial": .number(options.start),
      "vera_dropout": .number(options.dropout),
    ]
  }

  /// d ⊙ A[:, :in] and b ⊙ B[:out], transposed.
  public static func linearFactors(
    peft tensors: [String: Tensor], inputs: Int
  ) -> (directions: Tensor, basis: Tensor)? {
    guard let a = tensors["vera_A"], let b = tensors["vera_B"], let d = tensors["vera_lambda_d"],
      let scales = tensors["vera_lambda_b"]
    else { return nil }
    return noGradient {
      (
        a.sliced(axis: 1, 0..<inputs) * d.reshaped([d.count, 1]),
        b.sliced(axis: 0, 0..<scales.count).transposed() * scales
      )
    }
  }
}
