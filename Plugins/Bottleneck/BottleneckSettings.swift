import PETL

/// What an adapter of the bottleneck family is made of.
public struct BottleneckSettings: Sendable, Equatable {
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
  public var activation = Activation.relu
  /// The factor of ΔH, or where it starts when it is trained.
  public var scale = 1.0
  /// What the factor is.
  public var scaling = Scaling.fixed
  /// Whether both maps have biases.
  public var biases = true
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.0
  /// The probability that an image's ΔH is dropped while training.
  public var dropPath = 0.0
  /// How the weights start.
  public var initialization = Initialization.normal
  /// The deviation of normal initial weights.
  public var deviation = 0.02

  /// Makes settings, those that are not changed as above.
  public init(size: Size, _ change: (inout Self) -> Void = { _ in }) {
    self.size = size
    change(&self)
  }
}
