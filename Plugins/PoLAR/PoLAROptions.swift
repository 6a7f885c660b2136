import PETL

/// The options of `PoLAR`.
public struct PoLAROptions: PluginOptions {
  /// What Θ may be.
  public enum Theta: String, CaseIterable, Sendable {
    /// Any r × r matrix.
    case full
    /// A diagonal matrix.
    case diagonal
    /// The identity, not trained.
    case fixed
  }

  /// What Θ is at the start.
  public enum Start: String, CaseIterable, Sendable {
    /// Zero: training starts at the pre-trained network.
    case zero
    /// The identity: it does not.
    case identity
  }

  /// What keeps X and Y orthonormal.
  public enum Constraint: String, CaseIterable, Sendable {
    /// `StiefelLanding`.
    case landing
    /// `StiefelPolar`.
    case polar
    /// `StiefelQR`.
    case qr
    /// `StiefelStelLA`.
    case stella
    /// `StiefelSPEL`.
    case spel
    /// `SoftOrthogonal`.
    case soft
    /// Nothing.
    case free
  }

  /// Whose λ is meant.
  public enum LambdaConvention: String, CaseIterable, Sendable {
    /// The official code's.
    case code
    /// The paper's, an eighth of the code's.
    case paper
  }

  /// The number of columns of X and Y.
  public var rank = 8
  /// The factor of ΔW when there is no alpha.
  public var scale = 1.0
  /// The factor is alpha / rank.
  public var alpha: Double?
  /// The probability that an input is dropped while training.
  public var dropout = 0.0
  /// What Θ may be.
  public var theta = Theta.full
  /// What Θ is at the start.
  public var start = Start.zero
  /// What keeps X and Y orthonormal.
  public var geometry = Constraint.landing
  /// How strongly `landing` and `soft` pull towards the manifold.
  public var lambda = 1.0
  /// Whose λ is meant, for `landing`.
  public var lambdaConvention = LambdaConvention.code

  /// The defaults.
  public init() {}

  /// The factor of ΔW.
  public var effectiveScale: Double { alpha.map { $0 / Double(rank) } ?? scale }

  /// The geometry of X and Y.
  ///
  /// - Parameter hidden: the network's width, for StelLA's scaling of steps.
  /// - Returns: the same for both factors.
  func geometry(hidden: Int) -> any ParameterGeometry {
    switch geometry {
    case .landing:
      switch lambdaConvention {
      case .code: StiefelLanding(lambda: lambda)
      case .paper: StiefelLanding(paperLambda: lambda)
      }
    case .polar: StiefelPolar()
    case .qr: StiefelQR()
    case .stella: StiefelStelLA(hidden: hidden)
    case .spel: StiefelSPEL()
    case .soft: SoftOrthogonal(lambda: lambda)
    case .free: FreeGeometry()
    }
  }
}
