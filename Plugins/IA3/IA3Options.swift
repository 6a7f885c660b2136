import PETL

/// The options of `IA3`.
public struct IA3Options: PluginOptions {
  /// Whose inputs are scaled, in the place of the outputs: PEFT's `feedforward_modules`.
  public enum Feedforward: String, CaseIterable, Sendable {
    /// Those of the second map of the MLP, as the paper has it.
    case fc2
    /// Those of every map.
    case all = "true"
    /// Those of none.
    case none = "false"
  }

  /// Whose inputs are scaled.
  public var feedforward = Feedforward.fc2

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "feedforward", &feedforward,
      help: "maps whose inputs are scaled in the place of the outputs: fc2 (paper), true or false")
  }
}
