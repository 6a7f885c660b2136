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
  public var placement: Placement
  /// How many columns the projections have: d.
  public var rank: Int
  /// Whether the components have a trained scale.
  public var lambda: Lambda
  /// The factor of ΔH.
  public var scale: Double
  /// The probability that a coefficient is dropped while training.
  public var dropout: Double
  /// The norm of the vectors.
  public var norm: Norm
  /// How the vectors start.
  public var start: Start

  /// Makes options in code.
  public init(
    placement: Placement = .lora, rank: Int = 8, lambda: Lambda = .learned, scale: Double = 1,
    dropout: Double = 0, norm: Norm = .free, start: Start = .gaussian
  ) {
    self.placement = placement
    self.rank = rank
    self.lambda = lambda
    self.scale = scale
    self.dropout = dropout
    self.norm = norm
    self.start = start
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    placement = reader.choice(
      "placement", default: .lora,
      help: "lora: beside linear maps; adapter: after blocks (one a layer fits the paper's counts)")
    rank = reader.integer(
      "rank", default: 8, in: 1...4096,
      help: "the columns d of the projections; their parameters do not depend on it (8: our choice)"
    )
    lambda = reader.choice(
      "lambda", default: .learned,
      help:
        "learned: AOFT*, a trained scale of each component, 0 at first; subtracted: none, minus "
        + "the product of the initial vectors (our choice of a start that adds nothing); none: as it is"
    )
    scale = reader.number("scale", default: 1, in: 0...1e6, help: "the factor of what is added")
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99,
      help: "the probability of dropout of coefficients while training")
    norm = reader.choice(
      "norm", default: .free,
      help: "free, as in the paper, or unit: exactly orthogonal (the constraint it leaves out)")
    start = reader.choice(
      "start", default: .gaussian,
      help: "gaussian, variance 1/N, or identity: e0 with a little noise (both our choice)")
  }
}
