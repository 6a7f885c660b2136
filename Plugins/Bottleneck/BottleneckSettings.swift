import PETL

/// What an adapter of the bottleneck family is made of.
public struct BottleneckSettings: Sendable {
  /// The width of the bottleneck.
  public enum Size: Sendable, Equatable {
    /// As a number.
    case rank(Int)
    /// As a part of the tokens' width, rounded down, at least 1.
    case reduction(Int)

    /// The number for tokens of a width.
    public func rank(ofWidth width: Int) -> Int {
      switch self {
      case .rank(let rank): rank
      case .reduction(let factor): max(1, width / factor)
      }
    }
  }

  /// What the factor of ΔH is.
  public enum Scaling: String, CaseIterable, Sendable {
    /// A constant.
    case fixed
    /// Trained, one number.
    case learned
    /// Trained, one for each channel.
    case channel
  }

  /// How the weights of the two maps start.
  ///
  /// Both at zero is not among them: either map's gradient is then zero for ever.
  public enum Initialization: String, CaseIterable, Sendable {
    /// Both normal, as in AdapterHub's library.
    case normal
    /// Both normal, drawn again beyond two deviations, as in Houlsby's paper and Adapter+.
    case truncated
    /// Both Xavier uniform, as in NOAH.
    case xavier
    /// Down Kaiming uniform, up zero: ΔH is zero at the start.
    case lora
  }

  /// The width of the bottleneck.
  public var size: Size
  /// The function between the maps.
  public var activation: Activation
  /// The factor of ΔH, or where it starts when it is trained.
  public var scale: Double
  /// What the factor is.
  public var scaling: Scaling
  /// Whether both maps have biases.
  public var biases: Bool
  /// The probability that a coefficient is dropped while training.
  public var dropout: Double
  /// The probability that an image's ΔH is dropped while training.
  public var dropPath: Double
  /// How the weights start.
  public var initialization: Initialization
  /// The deviation of normal initial weights.
  public var deviation: Double

  /// Makes settings.
  public init(
    size: Size, activation: Activation = .relu, scale: Double = 1, scaling: Scaling = .fixed,
    biases: Bool = true, dropout: Double = 0, dropPath: Double = 0,
    initialization: Initialization = .normal, deviation: Double = 0.02
  ) {
    self.size = size
    self.activation = activation
    self.scale = scale
    self.scaling = scaling
    self.biases = biases
    self.dropout = dropout
    self.dropPath = dropPath
    self.initialization = initialization
    self.deviation = deviation
  }
}
