/// The type of a value in a GGUF file, numbered as there.
public enum GGUFValueType: UInt32, CaseIterable, Sendable {
  /// An unsigned number of 8 bits.
  case uint8 = 0
  /// A signed number of 8 bits.
  case int8 = 1
  /// An unsigned number of 16 bits.
  case uint16 = 2
  /// A signed number of 16 bits.
  case int16 = 3
  /// An unsigned number of 32 bits.
  case uint32 = 4
  /// A signed number of 32 bits.
  case int32 = 5
  /// IEEE single precision.
  case float32 = 6
  /// A truth value in one byte, 0 or 1.
  case bool = 7
  /// A length in 64 bits and as many bytes of UTF-8.
  case string = 8
  /// A type, a length in 64 bits, and as many values.
  case array = 9
  /// An unsigned number of 64 bits.
  case uint64 = 10
  /// A signed number of 64 bits.
  case int64 = 11
  /// IEEE double precision.
  case float64 = 12

  /// The fewest bytes that a value of this type takes.
  var leastByteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .string: 8
    case .array: 12
    }
  }
}
