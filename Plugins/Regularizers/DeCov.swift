import PETL

/// DeCov: ½ (‖C‖² − ‖diag C‖²), C the covariance of the coefficients over the batch's tokens.
///
/// Source: Cogswell et al. (arXiv 1511.06068). The covariance is divided by the number of tokens;
/// that the coefficients S are the activations is our choice. With `normalized` C is their correlation and the
/// value the mean of ρ² over pairs, which is ReSoRA's linear measure with exponent 2.
public struct DeCov: RedundancyRegularizer {
  /// The options of `DeCov`.
  public struct Options: PluginOptions {
    /// Whether correlations take the place of covariances.
    public var normalized = false

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.boolean(
        "normalized", &normalized,
        help: "the mean square correlation of pairs instead of the sum of square covariances")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "decov", summary: "Squared covariances of the coefficients",
    source: "Cogswell et al., DeCov, arXiv 1511.06068")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// Half the sum of squared covariances of different coefficients.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    let gram = subspaces.centeredCoefficientGram
    if options.normalized { return gram.correlation().offDiagonalMean(exponent: 2) }
    let pairs = gram.shape[0] * (gram.shape[0] - 1) / 2
    return gram.scaled(by: 1 / Float(subspaces.tokens)).offDiagonalMean(exponent: 2)
      .scaled(by: Float(pairs))
  }
}
