import PETL

/// The options of `AOFT`.
public struct AOFTOptions: PluginOptions {
  /// Where the product of the two projections is put.
  public enum Placement: String, CaseIterable, Sendable {
    /// Beside a linear map, as LoRA: x (W + AO AOᵀ).
    case lora
    /// After a block, as an adapter without activation: h + h AO AOᵀ.
    case adapter
  }

  /// How the vectors start.
  public enum Start: String, CaseIterable, Sendable {
    /// Normal with variance 1 / N.
    case gaussian
    /// e₀ with a little noise.
    case identity
  }

  /// Whether the components have a trained scale λ: AOFT*.
  public enum Lambda: String, CaseIterable, Sendable {
    /// Trained, zero at first: nothing is added then.
    case learned
    /// None; the product of the initial vectors is subtracted, so that nothing is added at first.
    case subtracted
    /// None, and what the initial vectors give is added from the first step on.
    case none
  }

  /// The norm of the vectors.
  public enum Norm: String, CaseIterable, Sendable {
    /// As training leaves it: approximately orthogonal.
    case free
    /// Divided by it at every use: exactly orthogonal.
    case unit
  }

  /// Where the product of the two projections is put.
  public var placement = Placement.lora
  /// How many columns the projections have: d.
  public var rank = 8
  /// Whether the components have a trained scale.
  public var lambda = Lambda.learned
  /// The factor of ΔH.
  public var scale = 1.0
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.0
  /// The norm of the vectors.
  public var norm = Norm.free
  /// How the vectors start.
  public var start = Start.gaussian

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "placement", &placement,
      help: "lora: beside linear maps; adapter: after blocks (one a layer fits the paper's counts)")
    options.integer(
      "rank", &rank, in: 1...4096,
      help: "the columns d of the projections; their parameters do not depend on it (8: our choice)"
    )
    options.choice(
      "lambda", &lambda,
      help:
        "learned: AOFT*, a trained scale of each component, 0 at first; subtracted: none, minus "
        + "the product of the initial vectors (our choice of a start that adds nothing); none: as it is"
    )
    options.number("scale", &scale, in: 0...1e6, help: "the factor of what is added")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of coefficients while training")
    options.choice(
      "norm", &norm,
      help: "free, as in the paper, or unit: exactly orthogonal (the constraint it leaves out)")
    options.choice(
      "start", &start,
      help: "gaussian, variance 1/N, or identity: e0 with a little noise (both our choice)")
  }
}
