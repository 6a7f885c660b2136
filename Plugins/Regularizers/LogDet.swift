import PETL

/// −log det of the coefficients' correlation over the batch's tokens, for each coefficient: 0 where
/// they have none, without bound where one is a combination of others.
///
/// With C [r, r] the correlation, −log det((C + ε I) / (1 + ε)) / r. As a penalty in this form it
/// is our choice; unlike the mean |ρ| over pairs it also sees what three or more coefficients
/// share.
public struct LogDet: RedundancyRegularizer {
  /// The options of `LogDet`.
  public struct Options: PluginOptions {
    /// Added to the eigenvalues of the correlation.
    public var epsilon = 1e-3

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.number(
        "epsilon", &epsilon, in: 1e-5...1, help: "added to the eigenvalues (1e-3: our choice)")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "log-det", summary: "Linear dependence of coefficients: −log det of their correlation",
    source: "log-determinants are common; as a penalty in this form our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// −log det of the correlation, divided by the rank.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    let correlation = subspaces.centeredCoefficientGram.correlation()
    let (epsilon, r) = (options.epsilon, correlation.shape[0])
    let raised = correlation + DoubleMatrix(diagonal: Array(repeating: epsilon, count: r)).tensor
    return raised.scaled(by: Float(1 / (1 + epsilon))).logDeterminant().scaled(by: -1 / Float(r))
  }
}
