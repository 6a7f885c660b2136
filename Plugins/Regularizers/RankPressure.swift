import PETL

/// Pressure towards a flat spectrum of ΔH = S B, whose squared singular values are the eigenvalues of G M.
///
/// `stable-rank`: 1 − (‖ΔH‖² / ‖ΔH‖₂²) / r, and `nuclear`: 1 − ‖ΔH‖_*² / (r ‖ΔH‖²): 0 when all r singular
/// values are equal, 1 − 1/r when only one is not zero. Stable rank and nuclear norm are common measures
/// (PoLAR, arXiv 2506.03133, reports the first); as penalties in this form they are our choice.
public struct RankPressure: RedundancyRegularizer {
  /// What is made large.
  public enum Measure: String, CaseIterable, Sendable {
    /// The square of the Frobenius norm by that of the spectral norm.
    case stableRank = "stable-rank"
    /// The square of the nuclear norm by that of the Frobenius norm.
    case nuclear
  }

  /// The options of `RankPressure`.
  public struct Options: PluginOptions {
    /// What is made large.
    public var measure = Measure.stableRank

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice(
        "measure", &measure, help: "what is made large: stable-rank or nuclear; our choice")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "rank-pressure", summary: "Pressure towards a flat spectrum of what the adapter adds",
    source: "stable rank and nuclear norm; as penalties our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// 1 − a rank in units of r; 0 without a gradient where ΔH vanishes.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    let spectrum = Spectrum(subspaces.coefficientGram, subspaces.basisGram)
    let (values, r) = (spectrum.values, Double(spectrum.values.count))
    let (sum, top) = (values.reduce(0, +), values.max() ?? 0)
    guard top > 0, sum.isFinite else {
      return spectrum.function(sum.isFinite ? 0 : .nan, values.map { _ in 0 })
    }
    switch options.measure {
    case .stableRank:
      let index = values.firstIndex(of: top)
      let slopes = values.indices.map { (($0 == index ? sum / top : 0) - 1) / (top * r) }
      return spectrum.function(1 - sum / (top * r), slopes)
    case .nuclear:
      let nuclear = values.reduce(0) { $0 + $1.squareRoot() }
      let slopes = values.map { value in
        value > top * 1e-10
          ? (nuclear * nuclear / sum - nuclear / value.squareRoot()) / (r * sum) : 0
      }
      return spectrum.function(1 - nuclear * nuclear / (r * sum), slopes)
    }
  }
}
