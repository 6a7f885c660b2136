/// Parameters that have another learning rate, or another weight decay, than all others.
///
/// The factors are exact with every optimizer that moves parameters by `Parameter.move`, and with those
/// that know them by themselves (`OptimizerTraits.knowsGroups`); others are refused by name, and so are
/// optimizers that move both factors of an adapter together, where the group has one of those.
public struct ParameterGroup {
  /// The parameters.
  public let parameters: [Parameter]
  /// The factor of the learning rate.
  public let rate: Double
  /// The factor of weight decay.
  public let decay: Double

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - parameters: those that have the factors.
  ///   - rate: the factor of the learning rate, 0 or more.
  ///   - decay: the factor of weight decay, 0 or more.
  public init(_ parameters: [Parameter], rate: Double = 1, decay: Double = 1) {
    require(
      rate >= 0 && rate.isFinite && decay >= 0 && decay.isFinite,
      "Factors of \(rate) and \(decay) are no factors of a rate and a decay.")
    (self.parameters, self.rate, self.decay) = (parameters, rate, decay)
  }

  /// Multiplies the factors into the parameters'.
  package func apply() {
    for parameter in parameters {
      parameter.rateFactor *= rate
      parameter.decayFactor *= decay
    }
  }

  /// Takes every factor off some parameters.
  package static func remove(from parameters: [Parameter]) {
    for parameter in parameters { (parameter.rateFactor, parameter.decayFactor) = (1, 1) }
  }
}
