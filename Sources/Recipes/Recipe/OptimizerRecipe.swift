import Optimization
import PETL

/// The optimizer of a recipe: a rule with its options, and what every rule is given.
public struct OptimizerRecipe: Sendable {
  /// How a gradient becomes a step.
  public let plugin: OptimizerPlugin
  /// The rule's own options: `AdamWOptions` of `AdamW`.
  public let options: any PluginOptions
  /// The learning rate after the warm-up.
  public var learningRate: Double
  /// The largest global norm of a gradient; nil for no clipping.
  public var gradientClip: Double?

  /// The learning rate of a recipe that says nothing of it.
  public static let usualLearningRate = 1e-3

  /// Makes the section of an optimizer in code.
  ///
  /// ```swift
  /// OptimizerRecipe(SGD.self, options: SGDOptions { $0.nesterov = true }, learningRate: 0.1)
  /// ```
  ///
  /// - Parameters:
  ///   - rule: the optimizer; it needs no registry.
  ///   - options: its options; the defaults when left out.
  ///   - learningRate: the rate after the warm-up.
  ///   - gradientClip: the largest global norm of a gradient; nil for no clipping.
  public init<Rule: Optimizer>(
    _ rule: Rule.Type, options: Rule.Options = Rule.Options(),
    learningRate: Double = OptimizerRecipe.usualLearningRate, gradientClip: Double? = nil
  ) {
    plugin = OptimizerPlugin(rule)
    self.options = options
    self.learningRate = learningRate
    self.gradientClip = gradientClip
  }

  /// Makes the section of AdamW with its defaults.
  ///
  /// - Parameters:
  ///   - learningRate: the rate after the warm-up.
  ///   - gradientClip: the largest global norm of a gradient; nil for no clipping.
  public init(
    learningRate: Double = OptimizerRecipe.usualLearningRate, gradientClip: Double? = nil
  ) {
    self.init(AdamW.self, learningRate: learningRate, gradientClip: gradientClip)
  }

  /// The rule's name where its options have a property that a recipe cannot hold.
  var lostOptions: String? { options.isLostInWriting ? plugin.descriptor.name : nil }

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - parameters: what moves.
  ///   - generator: of whatever the rule draws.
  /// - Returns: a rule that has taken no step.
  /// - Throws: `DiagnosticError` when the options do not fit the parameters.
  public func makeOptimizer(
    for parameters: TrainedParameters, generator: RandomGenerator = RandomGenerator(seed: 0)
  ) throws -> any Optimizer {
    try plugin.make(options: options, parameters: parameters, generator: generator)
  }

  /// Reads the section.
  ///
  /// The options of all rules of this package may stand in it, as they do in every stored recipe; those
  /// of another rule than the chosen one must have their defaults.
  ///
  /// - Parameters:
  ///   - reader: of the section.
  ///   - rules: those that it may name.
  init(_ reader: OptionReader, rules: [OptimizerPlugin]) {
    let shared = SharedOptions(of: OptimizerPlugin.builtIn)
    var name = OptimizerRecipe().plugin.descriptor.name
    reader.choice(
      "type", &name, of: rules.map(\.descriptor.name), help: SharedOptions.words(for: rules))
    plugin = rules.first { $0.descriptor.name == name } ?? OptimizerRecipe().plugin
    learningRate = Self.usualLearningRate
    reader.number("learning_rate", &learningRate, in: 0...1e3, help: "the rate after the warm-up")
    reader.declare(shared.descriptors(with: plugin))
    options = plugin.read(reader)
    shared.reportOthers(than: plugin, reader)
    gradientClip = nil
    reader.optionalNumber(
      "gradient_clip", &gradientClip, in: 1e-12...1e12,
      help: "the largest global norm of a gradient; no clipping when absent")
    if plugin.traits.contains(.takesLossesOnly), gradientClip != nil {
      reader.report(
        "'gradient_clip' means nothing with type: \(name)", at: "gradient_clip",
        hints: ["there is no gradient to clip"])
    }
  }

  /// As a recipe holds it.
  var written: ConfigurationNode {
    let shared = SharedOptions(of: OptimizerPlugin.builtIn).written(with: options)
    return ConfigurationNode(
      writing: [
        ("type", .init(name: plugin.descriptor.name)),
        ("learning_rate", .init(number: learningRate)),
      ] + shared + [("gradient_clip", gradientClip.map { .init(number: $0) })])
  }
}
