/// The factor of a low-rank update: a number, or PEFT's alpha by the rank.
public struct LowRankScale: Sendable, Hashable {
  /// The factor when there is no alpha.
  public var scale: Double
  /// The factor is alpha / rank, or alpha / √rank when it is rank-stabilised.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora: Bool

  /// Makes the factor.
  public init(scale: Double = 1, alpha: Double? = nil, rslora: Bool = false) {
    (self.scale, self.alpha, self.rslora) = (scale, alpha, rslora)
  }

  /// Reads `scale` and `alpha`, which exclude each other, and `rslora`, which needs alpha.
  ///
  /// - Parameters:
  ///   - reader: of the adapter's section.
  ///   - hasRankStabilised: whether there is an option `rslora`.
  public init(from reader: OptionReader, hasRankStabilised: Bool) {
    scale = reader.number(
      "scale", default: 1, in: 0...1e6,
      help: "the factor of what is added (PETL-ViT's s); not together with alpha")
    alpha = reader.optionalNumber(
      "alpha", in: 0...1e9, help: "PEFT's alpha: the factor is alpha / rank")
    rslora =
      hasRankStabilised
      && reader.boolean(
        "rslora", default: false,
        help: "the factor is alpha / sqrt(rank) (Kalajdzievski, arXiv 2312.03732); needs alpha")
    if alpha != nil, scale != 1 {
      reader.report(
        "'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
    if rslora, alpha == nil {
      reader.report("'rslora' needs 'alpha'", at: "rslora", hints: ["add alpha: 16, say"])
    }
  }

  /// Declares `scale` and `alpha`, which exclude each other, and `rslora`, which needs alpha.
  ///
  /// - Parameters:
  ///   - options: of the adapter's section.
  ///   - hasRankStabilised: whether there is an option `rslora`.
  public mutating func visit(_ options: OptionReader, hasRankStabilised: Bool) {
    let usual = scale
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added (PETL-ViT's s); not together with alpha")
    options.optionalNumber(
      "alpha", &alpha, in: 0...1e9, help: "PEFT's alpha: the factor is alpha / rank")
    if hasRankStabilised {
      options.boolean(
        "rslora", &rslora,
        help: "the factor is alpha / sqrt(rank) (Kalajdzievski, arXiv 2312.03732); needs alpha")
    }
    if alpha != nil, scale != usual {
      options.report(
        "'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
    if rslora, alpha == nil {
      options.report("'rslora' needs 'alpha'", at: "rslora", hints: ["add alpha: 16, say"])
    }
  }

  /// The factor at a rank.
  public func factor(rank: Int) -> Double {
    guard let alpha else { return scale }
    return alpha / (rslora ? Double(rank).squareRoot() : Double(rank))
  }
}
