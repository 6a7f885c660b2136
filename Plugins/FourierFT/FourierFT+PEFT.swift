import PETL

extension FourierFT: PEFTConvertible {
  /// PEFT's `FOURIERFT`: `fourierft_spectrum` [n_frequency].
  ///
  /// The waves of a library's one map for query, key and value run over all its outputs, and are no waves of
  /// a part: such a map is refused.
  public static let peftForm = PEFTForm(
    "FOURIERFT", title: "FourierFT",
    keys: [
      PEFTKey(
        "n_frequency", default: 1000, least: 1, option: "n_frequency",
        pattern: "n_frequency_pattern"),
      PEFTKey("scaling", default: 150.0, least: 0, option: "scaling"),
      PEFTKey(
        "random_loc_seed", default: 777, least: 0, most: Double(Int32.max),
        option: "random_loc_seed"),
      PEFTKey("init_weights", default: false, option: "init_weights"),
      PEFTKey("bias", always: "none"), PEFTKey("fan_in_fan_out", always: false),
    ],
    tensors: [
      PEFTTensor("fourierft_spectrum", [.key("n_frequency")], parameter: "fourierft_spectrum")
    ])

  /// The number of waves, their factor and seed, and how they start.
  public var peftSettings: [String: PEFTValue] {
    [
      "n_frequency": .whole(options.frequencies), "scaling": .number(options.scaling),
      "random_loc_seed": .whole(options.seed), "init_weights": .flag(options.startsAtZero),
    ]
  }
}
