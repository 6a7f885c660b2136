/// A trained parameter as rules see it.
public struct RuleParameter {
  /// Its full name, such as `blocks.0.query.lora_A` or `head.weight`; unique.
  public let name: String
  /// The parameter.
  public let parameter: Parameter
  /// The site of the one adapter that it belongs to; nil of the head, the backbone's own weights, and
  /// what adapters share.
  public let site: AdaptationSite?

  /// Makes an entry.
  ///
  /// - Parameters:
  ///   - name: its full name.
  ///   - parameter: the parameter.
  ///   - site: that of the one adapter that it belongs to.
  public init(name: String, parameter: Parameter, site: AdaptationSite? = nil) {
    (self.name, self.parameter, self.site) = (name, parameter, site)
  }
}

/// A moment of training as rules see it, with what they may do then.
public final class RuleContext {
  /// Everything that is trained, in a fixed order.
  public let parameters: [RuleParameter]
  /// The adapters, each at its site.
  public let adapters: AdapterSet
  /// The moment.
  public let moment: TrainingMoment
  /// The learning rate of the step; before the first step, and after the last, that of the next to it.
  public let rate: Double
  /// A seeded stream of the rule's own, another one at each step: split it by a name of your own.
  public let generator: RandomGenerator
  /// The gradients that the optimizer was given in the step that ended, clipped; nil at other moments,
  /// and where it took losses only.
  public let gradients: StepGradients?
  /// Why training is to end; nil while it is not.
  public private(set) var reasonToEnd: String?
  private let logs: (String, Double) -> Void

  /// Makes a context.
  ///
  /// - Parameters:
  ///   - parameters: everything that is trained.
  ///   - adapters: each at its site.
  ///   - moment: the moment.
  ///   - rate: the learning rate.
  ///   - generator: of the rule's own at this step.
  ///   - gradients: those of the step that ended.
  ///   - log: is given the rule's own figures.
  public init(
    parameters: [RuleParameter], adapters: AdapterSet = .none, moment: TrainingMoment,
    rate: Double = 1e-3, generator: RandomGenerator = RandomGenerator(seed: 0),
    gradients: StepGradients? = nil, log: @escaping (String, Double) -> Void = { _, _ in }
  ) {
    (self.parameters, self.adapters, self.moment) = (parameters, adapters, moment)
    (self.rate, self.generator, self.gradients) = (rate, generator, gradients)
    logs = log
  }

  /// Makes a context of a network's parameters, with the sites that they belong to.
  package static func parameters(
    _ named: [(name: String, parameter: Parameter)], of adapters: AdapterSet
  ) -> [RuleParameter] {
    var sites: [ObjectIdentifier: AdaptationSite] = [:]
    for entry in adapters.entries {
      for parameter in entry.adapter.parameters where !parameter.isShared {
        sites[ObjectIdentifier(parameter)] = entry.site
      }
    }
    return named.map { name, parameter in
      RuleParameter(name: name, parameter: parameter, site: sites[ObjectIdentifier(parameter)])
    }
  }

  /// Logs a figure of the rule's own.
  ///
  /// - Parameters:
  ///   - name: unique within the rule.
  ///   - value: at this moment; of an epoch's steps the mean is shown.
  public func log(_ name: String, _ value: Double) { logs(name, value) }

  /// Asks the stage to end after the epoch that ended.
  ///
  /// Heeded in `epochDidEnd`; what the stage keeps is what it would have kept without a further epoch.
  ///
  /// - Parameter reason: what the user is told, words that follow "because".
  public func end(because reason: String) { reasonToEnd = reasonToEnd ?? reason }
}
