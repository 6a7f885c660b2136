import PETL

/// The options of `Householder`.
public struct HouseholderOptions: PluginOptions {
  /// Where W is put.
  public enum Placement: String, CaseIterable, Sendable {
    /// Beside a linear map (Eq. 6).
    case lora
    /// After a block (Eq. 7), beside the identity.
    case adapter
  }

  /// What a reflection is.
  public enum Reflection: String, CaseIterable, Sendable {
    /// I − v vᵀ.
    case printed
    /// I − 2 v vᵀ / ‖v‖², a true reflection; not the paper's.
    case normalized
  }

  /// Where W is put.
  public var placement = Placement.lora
  /// The rank of the low-rank term; 0 for none.
  public var rank = 1
  /// What a reflection is.
  public var reflection = Reflection.printed

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice("placement", &placement, help: "lora: beside linear maps; adapter: after blocks")
    options.integer("rank", &rank, in: 0...4096, help: "the rank of the low-rank term; 0 for none")
    options.choice(
      "reflection", &reflection,
      help: "printed: I - vv'; normalized: I - 2vv'/|v|^2, which is not the paper's")
  }
}
