import PETL

/// The variance term of VICReg: the mean over coefficients of max(0, γ − √(Var + ε)).
///
/// Source: Bardes et al. (arXiv 2105.04906); the variance is over the batch's tokens, divided by
/// N − 1. It keeps coefficients from dying rather than apart. That the coefficients S are the embeddings is
/// our choice; B, and with it the scale between the two, is free.
public struct VICRegVariance: RedundancyRegularizer {
  /// The options of `VICRegVariance`.
  public struct Options: PluginOptions {
    /// The deviation that is asked for.
    public var gamma = 1.0
    /// Added to the variance.
    public var epsilon = 1e-4

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.number("gamma", &gamma, in: 0...1e6, help: "the deviation that is asked for")
      options.number("epsilon", &epsilon, in: 1e-12...1, help: "added to the variance")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "vicreg-variance", summary: "Keeps the deviation of every coefficient above a bound",
    source: "Bardes et al., VICReg, arXiv 2105.04906")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// The mean over coefficients of what is missing to γ.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    let gram = subspaces.centeredCoefficientGram
    let r = gram.shape[0]
    let variances = (gram * DoubleMatrix(identity: r).tensor).sum(over: [1])
      .scaled(by: 1 / Float(max(1, subspaces.tokens - 1)))
    let deviations = (variances + Float(options.epsilon)).sqrt()
    return (Float(options.gamma) - deviations).relu().mean()
  }

  /// nil: a single coefficient has a variance.
  public func objection(to traits: SubspaceTraits) -> String? { nil }
}
