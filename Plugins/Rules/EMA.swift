import PETL

/// The options of `EMA`.
public struct EMAOptions: PluginOptions {
  /// How much of the mean is kept at a step.
  public var decay = 0.999
  /// Whether the first steps keep less: at most (1 + t) / (10 + t).
  public var warmup = false

  /// The defaults.
  public init() {}

  /// Declares decay and warm-up.
  public mutating func visit(_ options: OptionReader) {
    options.number(
      "decay", &decay, in: 0...0.9999999, help: "how much of the mean is kept at a step")
    options.boolean(
      "warmup", &warmup,
      help: "whether early steps t keep less, at most (1 + t) / (10 + t), as TensorFlow's")
  }
}

/// The exponential moving average of everything that is trained (Polyak and Juditsky, 1992), which is
/// measured and kept in the place of the last step's values.
///
/// m ← d m + (1 − d) w after each step, from m = w at the start of the stage, as timm's `ModelEmaV3`. A mean of
/// values that are kept on a set is brought back to it: our choice.
public final class EMA: TrainingRule {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "ema", summary: "The moving average of what is trained is measured and kept",
    source: "Polyak and Juditsky, 1992; as timm's ModelEmaV3")

  /// It gives what is measured and kept.
  public let traits: RuleTraits = .givesEvaluationValues
  private let options: EMAOptions
  /// The means by the parameters' names.
  public private(set) var tensors: [String: Tensor] = [:]

  /// Makes the rule.
  public init(options: EMAOptions) { self.options = options }

  /// That factors of other gauges have no mean.
  public func objection(to setting: RuleSetting) -> String? {
    setting.regauges
      ? "'regauge' writes the adapters in other factors, and the mean of both is neither" : nil
  }

  /// Starts from the values of then.
  public func prepare(_ start: TrainingStart, in context: RuleContext) { take(context) }

  private func take(_ context: RuleContext) {
    for entry in context.parameters where tensors[entry.name] == nil {
      tensors[entry.name] = entry.parameter.value.detached().copied()
    }
  }

  /// Moves the means.
  public func stepDidEnd(in context: RuleContext) {
    take(context)
    let taken = Double(context.moment.step + 1)
    let decay = options.warmup ? min(options.decay, (1 + taken) / (10 + taken)) : options.decay
    for entry in context.parameters {
      guard let mean = tensors[entry.name] else { continue }
      tensors[entry.name] =
        mean.scaled(by: Float(decay))
        + entry.parameter.value.detached().scaled(by: Float(1 - decay))
    }
  }

  /// The means.
  public func evaluationValues(in context: RuleContext) -> [String: Tensor]? {
    context.parameters.reduce(into: [:]) { values, entry in
      values[entry.name] = tensors[entry.name].map { entry.parameter.geometry.settled($0) }
    }
  }

  /// Goes on with stored means.
  public func restore(_ state: NoState, tensors: [String: Tensor]) { self.tensors = tensors }
}
