import PETL

/// How the matrices of a frozen network are kept in memory.
public enum WeightPrecision: String, Sendable, CaseIterable {
  /// In 32-bit floats.
  case single = "fp32"
  /// In bfloat16, products too.
  case mixed
  /// Those of a language model that are quantised as they are stored, unpacked on the way into each product; others in
  /// 32-bit floats.
  case stored = "as-stored"

  /// The precision of what is not quantised.
  public var frozen: FrozenPrecision { self == .mixed ? .mixed : .single }
}
