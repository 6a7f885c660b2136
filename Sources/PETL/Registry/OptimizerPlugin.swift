/// An optimizer's type with its own options hidden, as a registry holds it.
public struct OptimizerPlugin: Sendable {
  /// The optimizer's type.
  public let type: any Optimizer.Type
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// What it needs, and does without.
  public let traits: OptimizerTraits
  /// The options with their defaults.
  public var options: [OptionDescriptor] { described.all }
  private let described: DescribedOptions
  /// Reads the options; mistakes are left in the reader.
  public let read: @Sendable (OptionReader) -> any PluginOptions
  private let makeRule:
    @Sendable (any PluginOptions, TrainedParameters, RandomGenerator) throws -> any Optimizer

  /// Hides the type of an optimizer.
  public init<Plugin: Optimizer>(_ type: Plugin.Type) {
    self.type = type
    let descriptor = Plugin.descriptor
    self.descriptor = descriptor
    traits = Plugin.traits
    described = DescribedOptions(of: Plugin.Options.self, section: "optimizer")
    read = { Plugin.Options(from: $0) }
    makeRule = { options, parameters, generator in
      guard let options = options as? Plugin.Options else {
        throw DiagnosticError(
          "optimizer '\(descriptor.name)' takes \(Plugin.Options.self), not \(Swift.type(of: options))"
        )
      }
      return try PluginCall.within("optimizer '\(descriptor.name)'") {
        try Plugin(options: options, parameters: parameters, generator: generator)
      }
    }
  }

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - options: as `read` gave them, or made in code.
  ///   - parameters: what moves.
  ///   - generator: of whatever the rule draws.
  /// - Returns: a rule that has taken no step.
  /// - Throws: `DiagnosticError` when the options are another rule's, or do not fit the parameters.
  public func make(
    options: any PluginOptions, parameters: TrainedParameters, generator: RandomGenerator
  ) throws -> any Optimizer {
    try makeRule(options, parameters, generator)
  }
}
