import PETL

/// How the matrices of a frozen network are kept in memory.
public enum WeightPrecision: String, Sendable, CaseIterable {
  /// In 32-bit floats.
  case single = "fp32"
  /// In bfloat16, products too.
  case mixed
  /// In 8 bits, products too; the table of a vocabulary and maps of pixels in 32-bit floats.
  case int8
  /// Those of a language model that are quantised as they are stored, unpacked on the way into each product; others in
  /// 32-bit floats.
  case stored = "as-stored"

  /// The names of all.
  public static func names(joinedBy separator: String) -> String {
    allCases.map(\.rawValue).joined(separator: separator)
  }

  /// The precision of what is not quantised.
  public var frozen: FrozenPrecision {
    switch self {
    case .single, .stored: .single
    case .mixed: .mixed
    case .int8: .int8
    }
  }
}
