import PETL

/// How the matrices of a language model are kept in memory.
public enum MatrixStorage: String, Sendable, CaseIterable {
  /// In 32-bit floats.
  case single = "fp32"
  /// In bfloat16, products too.
  case mixed
  /// Those that are quantised as they are stored, unpacked on the way into each product; others in 32-bit floats.
  case stored = "as-stored"

  /// The precision of what is not quantised.
  var precision: FrozenPrecision { self == .mixed ? .mixed : .single }
}
