/// The factor of a low-rank update: a number, or PEFT's alpha by the rank.
public struct LowRankScale: Sendable, Hashable {
  /// The factor when there is no alpha.
  public var scale: Double
  /// The factor is alpha / rank, or alpha / √rank when it is rank-stabilised.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora: Bool

  /// Makes the factor.
  public init(scale: Double, alpha: Double?, rslora: Bool = false) {
    (self.scale, self.alpha, self.rslora) = (scale, alpha, rslora)
  }

  /// The factor at a rank.
  public func factor(rank: Int) -> Double {
    guard let alpha else { return scale }
    return alpha / (rslora ? Double(rank).squareRoot() : Double(rank))
  }
}

extension OptionReader {
  /// Declares `scale` and `alpha`, the two ways to give the factor of a low-rank update, which exclude
  /// each other.
  ///
  /// - Parameters:
  ///   - scale: the factor when there is no alpha.
  ///   - alpha: the factor by the rank.
  public func lowRankScale(scale: inout Double, alpha: inout Double?) {
    let usual = declareScale(&scale, &alpha)
    reportBoth(scale, alpha, usual: usual)
  }

  /// Declares `scale` and `alpha`, which exclude each other, and `rslora`, which needs alpha.
  ///
  /// - Parameters:
  ///   - scale: the factor when there is no alpha.
  ///   - alpha: the factor by the rank, or its square root.
  ///   - rslora: whether it is by the square root.
  public func lowRankScale(scale: inout Double, alpha: inout Double?, rslora: inout Bool) {
    let usual = declareScale(&scale, &alpha)
    boolean(
      "rslora", &rslora,
      help: "the factor is alpha / sqrt(rank) (Kalajdzievski, arXiv 2312.03732); needs alpha")
    reportBoth(scale, alpha, usual: usual)
    if rslora, alpha == nil {
      report("'rslora' needs 'alpha'", at: "rslora", hints: ["add alpha: 16, say"])
    }
  }

  /// Declares both; the scale by default is returned.
  private func declareScale(_ scale: inout Double, _ alpha: inout Double?) -> Double {
    let usual = scale
    number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added (PETL-ViT's s); not together with alpha")
    optionalNumber(
      "alpha", &alpha, in: 0...1e9, help: "PEFT's alpha: the factor is alpha / rank")
    return usual
  }

  private func reportBoth(_ scale: Double, _ alpha: Double?, usual: Double) {
    if alpha != nil, scale != usual {
      report("'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
  }
}
