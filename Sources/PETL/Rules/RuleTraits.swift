/// What a training rule needs, and what it takes upon itself.
public struct RuleTraits: OptionSet, Sendable, Hashable {
  /// The bits of the set.
  public let rawValue: Int

  /// Makes a set of traits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// It reads or changes gradients: optimizers that take losses only are refused.
  public static let needsGradients = RuleTraits(rawValue: 1)
  /// It decides by a split that is not trained on: data without one are refused.
  public static let needsValidation = RuleTraits(rawValue: 2)
  /// It works on adapters: a recipe without one is refused.
  public static let needsAdapters = RuleTraits(rawValue: 4)
  /// It gives values that are measured and kept in the place of those that are trained
  /// (`TrainingRule.evaluationValues`): a recipe may have one such rule.
  public static let givesEvaluationValues = RuleTraits(rawValue: 8)
}

/// What a recipe trains, as far as it is known before any weight is read.
public struct RuleSetting {
  /// The adapters, each at its site, with their initial values.
  public let adapters: AdapterSet
  /// The adapter's name in the recipe; nil where there is none.
  public let adapterName: String?
  /// The optimizer's name.
  public let optimizer: String
  /// What the optimizer needs, and does without.
  public let optimizerTraits: OptimizerTraits
  /// Whether there is a validation split that is not trained on.
  public let hasValidation: Bool
  /// Whether linear adapters are written in other factors now and then (`regauge`).
  public let regauges: Bool

  /// Makes a setting.
  ///
  /// - Parameters:
  ///   - adapters: each at its site, with its initial values.
  ///   - adapterName: in the recipe; nil where there is no adapter.
  ///   - optimizer: its name.
  ///   - optimizerTraits: what it needs, and does without.
  ///   - hasValidation: whether there is a validation split that is not trained on.
  ///   - regauges: whether linear adapters are written in other factors now and then.
  public init(
    adapters: AdapterSet, adapterName: String? = nil, optimizer: String = "adamw",
    optimizerTraits: OptimizerTraits = [], hasValidation: Bool = true,
    regauges: Bool = false
  ) {
    (self.adapters, self.adapterName) = (adapters, adapterName)
    (self.optimizer, self.optimizerTraits) = (optimizer, optimizerTraits)
    (self.hasValidation, self.regauges) = (hasValidation, regauges)
  }
}
