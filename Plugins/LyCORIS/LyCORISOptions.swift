import PETL

/// What LoHa and LoKr have in common, by the names of PEFT's `LycorisConfig` and with its defaults.
public struct LyCORISSettings: Sendable, Hashable {
  /// The rank of each factor that is a product.
  public var rank = 8
  /// The factor of ΔW is alpha / rank.
  public var alpha = 8.0
  /// The probability that an output goes without a change while training.
  public var rankDropout = 0.0
  /// The probability that a map goes without a change for a batch while training.
  public var moduleDropout = 0.0

  /// The factor of ΔW.
  var scale: Float { Float(alpha / Double(rank)) }

  mutating func visitRank(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the rank of each factor")
    options.number(
      "alpha", &alpha, in: 0...1e9, help: "PEFT's alpha: the factor is alpha / rank")
  }

  mutating func visitDropout(_ options: OptionReader) {
    options.number(
      "rank_dropout", &rankDropout, in: 0...0.99,
      help: "the probability that an output goes without a change while training, as in PEFT")
    options.number(
      "module_dropout", &moduleDropout, in: 0...0.99,
      help: "the probability that a map goes without a change for a batch while training")
  }

  /// The basis, [maps, out], with the dropouts of a training pass.
  ///
  /// - Parameters:
  ///   - basis: [maps, out].
  ///   - rescales: whether what is left of the outputs is divided by their share.
  ///   - stream: a name that is unique in the network.
  ///   - pass: says whether it is training.
  /// - Returns: of the same shape.
  func dropping(
    _ basis: Tensor, rescales: Bool, stream: String, in pass: ForwardPass
  ) -> Tensor {
    guard pass.isTraining else { return basis }
    var result = basis
    if rankDropout > 0 {
      var generator = pass.generator.split("lycoris_rank_dropout").split(stream)
      let kept: [Float] = generator.uniform(basis.shape[1]).map {
        $0 < Float(rankDropout) ? 0 : 1
      }
      let share = kept.reduce(0, +) / Float(kept.count)
      result = result * Tensor(kept).scaled(by: rescales && share > 0 ? 1 / share : 1)
    }
    if moduleDropout > 0 {
      var generator = pass.generator.split("lycoris_module_dropout").split(stream)
      if generator.uniform(1)[0] < Float(moduleDropout) { result = result.scaled(by: 0) }
    }
    return result
  }
}

/// The options of `LoHa`, by the names of PEFT's `LoHaConfig` and with its defaults.
public struct LoHaOptions: PluginOptions {
  /// Rank, alpha and dropouts.
  public var settings = LyCORISSettings()

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    settings.visitRank(options)
    settings.visitDropout(options)
  }
}

/// The options of `LoKr`, by the names of PEFT's `LoKrConfig` and with its defaults.
public struct LoKrOptions: PluginOptions {
  /// Where training starts.
  public enum InitialWeights: String, CaseIterable, Sendable {
    /// The first factor is zero, as PEFT has it.
    case zeroFirst = "true"
    /// The second factor is zero, as in the LyCORIS library.
    case lycoris
    /// No factor is zero: the network is changed at once.
    case random = "false"
  }

  /// Rank, alpha and dropouts.
  public var settings = LyCORISSettings()
  /// Whether the first factor, too, is a product where the rank is small enough.
  public var decomposesBoth = false
  /// The width of the first factor where it divides the map's; −1 for the split nearest to the square root.
  public var factor = -1
  /// Whether what `rankDropout` leaves is divided by its share.
  public var rescalesRankDropout = false
  /// Where training starts.
  public var initialWeights = InitialWeights.zeroFirst

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    settings.visitRank(options)
    options.boolean(
      "decompose_both", &decomposesBoth,
      help: "whether the first factor is a product too, where the rank is small enough")
    options.integer(
      "decompose_factor", &factor, in: -1...65_536,
      help: "the width of the first factor where it divides the map's; -1: near the square root")
    settings.visitDropout(options)
    options.boolean(
      "rank_dropout_scale", &rescalesRankDropout,
      help: "whether what rank_dropout leaves is divided by its share")
    options.choice(
      "init_weights", &initialWeights,
      help: "true: the first factor is zero (PEFT); lycoris: the second is; false: none is")
  }
}
