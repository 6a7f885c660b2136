/// What a rule needs, and does without: a recipe that does not give it is refused before anything is
/// trained.
public struct OptimizerTraits: OptionSet, Sendable, Hashable {
  /// The bits of the set.
  public let rawValue: Int

  /// Makes a set of traits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// It moves both factors of every adapter together (`TrainedParameters.factors`): adapters without
  /// them are refused.
  public static let movesFactors = OptimizerTraits(rawValue: 1)
  /// It asks for losses and never for gradients: there is none to clip, and no share to be measured.
  public static let takesLossesOnly = OptimizerTraits(rawValue: 2)
  /// It moves free parameters only: adapters that keep one on a set are refused.
  public static let wantsFreeParameters = OptimizerTraits(rawValue: 4)
  /// It multiplies `Parameter.rateFactor` and `decayFactor` in by itself: needed only of a rule that
  /// wants free parameters, for `Parameter.move` does it for all others.
  public static let knowsGroups = OptimizerTraits(rawValue: 8)

  /// Whether another rate for some parameters is another rate of exactly these.
  package var takesGroups: Bool { !contains(.wantsFreeParameters) || contains(.knowsGroups) }
}
