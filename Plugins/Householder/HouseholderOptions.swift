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
  public var placement: Placement
  /// The rank of the low-rank term; 0 for none.
  public var rank: Int
  /// What a reflection is.
  public var reflection: Reflection

  /// Makes options in code.
  public init(
    placement: Placement = .lora, rank: Int = 1, reflection: Reflection = .printed
  ) {
    self.placement = placement
    self.rank = rank
    self.reflection = reflection
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    placement = reader.choice(
      "placement", default: .lora, help: "lora: beside linear maps; adapter: after blocks")
    rank = reader.integer(
      "rank", default: 1, in: 0...4096, help: "the rank of the low-rank term; 0 for none")
    reflection = reader.choice(
      "reflection", default: .printed,
      help: "printed: I - vv'; normalized: I - 2vv'/|v|^2, which is not the paper's")
  }
}
