import PETL

/// The options of `ReSoRA`.
///
/// The paper's formulas are known only from its abstract and one summary. What every option chooses
/// between are readings of that; each says how much of it is known.
public struct ReSoRAOptions: PluginOptions, Hashable {
  /// What makes two feature maps redundant.
  ///
  /// The names are the paper's (known from its abstract/summary); the formulas are a reconstruction.
  public enum Measure: String, CaseIterable, Sendable {
    /// Pairwise: near in Euclidean distance.
    case euclidean
    /// Pairwise: at a small angle.
    case cosine
    /// Set to set, linear: correlated. The paper's default (known from its abstract/summary).
    case linear
    /// Set to set, nonlinear: with similar Gaussian kernel matrices.
    case nonlinear
    /// One of the four, by rank and statistics of the first batch; our choice throughout.
    case auto
  }

  /// What is compared.
  public enum Space: String, CaseIterable, Sendable {
    /// The feature maps of the batch: the paper's choice (known from its abstract/summary).
    case features
    /// The rank-one parts of ΔW: the paper's control (known from its abstract/summary), by a formula
    /// of ours. Input channels take the place of tokens, and the linear measure is not centred.
    case weights
  }

  /// Which side of the maps the linear measure's cross-covariance keeps; our choice.
  public enum Axis: String, CaseIterable, Sendable {
    /// [out, out], summed over tokens: depends on the coefficients only.
    case channels
    /// [tokens, tokens], summed over channels: depends on the basis only.
    case tokens
  }

  /// What the elements of a set are, for the set-to-set measures; our choice.
  public enum Elements: String, CaseIterable, Sendable {
    /// Every token of the batch.
    case tokens
    /// Every image of the batch, all its tokens in one row.
    case images
    /// The first token of every image.
    case classToken = "class-token"
  }

  /// Between what the pairwise measures compare; our choice.
  public enum Extent: String, CaseIterable, Sendable {
    /// Token by token, then the mean.
    case tokens
    /// The whole batch as one vector.
    case batch
  }

  /// How the nonlinear measure is computed; our choice, to within 1e-4 of each other.
  public enum KernelEvaluation: String, CaseIterable, Sendable {
    /// Fourier features of the kernel: linear in the number of tokens.
    case fourier
    /// The kernel matrices in full: quadratic in the number of tokens.
    case exact
  }

  /// What makes two feature maps redundant.
  public var measure = Measure.linear
  /// What is compared.
  public var space = Space.features
  /// How many rank-one maps make one subspace; nil for the adapter's own.
  public var group: Int?
  /// The power of a similarity, 1 or 2 (linear, cosine).
  public var exponent = 1
  /// Whether the mean over the set is taken off first (linear).
  public var centered = true
  /// Which side of the maps is kept (linear).
  public var axis = Axis.channels
  /// What the elements of a set are (linear, nonlinear).
  public var set = Elements.tokens
  /// Whether a cosine counts with its sign instead of its absolute value (cosine).
  public var signed = false
  /// Between what is compared (cosine, euclidean).
  public var over = Extent.tokens
  /// The factor of squared distances (euclidean).
  public var beta = 1.0
  /// The bandwidth of the kernel; nil for the median distance (nonlinear).
  public var sigma: Double?
  /// How the kernel is computed (nonlinear).
  public var method = KernelEvaluation.fourier

  /// How many tokens of a batch are compared, drawn anew in each step; nil for all (nonlinear); our choice.
  public var sample: Int?

  /// The defaults; `ReSoRA.init` refuses options that do not go together.
  public init() {}
}
