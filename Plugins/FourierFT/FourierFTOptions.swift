import PETL

/// The options of `FourierFT`, by the names and with the defaults of PEFT's `FourierFTConfig`.
public struct FourierFTOptions: PluginOptions {
  /// How many waves ΔW is a sum of.
  public var frequencies = 1000
  /// The factor of ΔW.
  public var scaling = 150.0
  /// The seed of PyTorch's permutation that chooses the waves.
  public var seed = 777
  /// Whether all numbers are 0 at first.
  public var startsAtZero = false

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "n_frequency", &frequencies, in: 1...100_000_000,
      help: "how many waves the change is a sum of, each with one number")
    options.number("scaling", &scaling, in: 0...1e9, help: "the factor of the change")
    options.integer(
      "random_loc_seed", &seed, in: 0...Int(Int32.max),
      help: "the seed of PyTorch's permutation that chooses the waves")
    options.boolean(
      "init_weights", &startsAtZero,
      help: "true: all numbers are 0 at first; false: drawn from a normal distribution (PEFT)")
  }
}
