/// A value of a GGUF file, in the type that it has there.
public enum GGUFValue: Sendable, Equatable {
  /// An unsigned number of 8 bits.
  case uint8(UInt8)
  /// A signed number of 8 bits.
  case int8(Int8)
  /// An unsigned number of 16 bits.
  case uint16(UInt16)
  /// A signed number of 16 bits.
  case int16(Int16)
  /// An unsigned number of 32 bits.
  case uint32(UInt32)
  /// A signed number of 32 bits.
  case int32(Int32)
  /// IEEE single precision.
  case float32(Float)
  /// A truth value.
  case bool(Bool)
  /// A text.
  case string(String)
  /// Values of one type.
  case array(GGUFArray)
  /// An unsigned number of 64 bits.
  case uint64(UInt64)
  /// A signed number of 64 bits.
  case int64(Int64)
  /// IEEE double precision.
  case float64(Double)

  /// Its type.
  public var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .array: .array
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }

  /// The text, if this is one.
  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, if this is one.
  public var flag: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The array, if this is one.
  public var array: GGUFArray? {
    if case .array(let array) = self { array } else { nil }
  }

  /// The number, if this is a whole one that fits `Int`.
  public var whole: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(value)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  /// The number, whole or not: one in single precision is the shortest decimal that means it, as the
  /// configuration that it was made from had it.
  public var number: Double? {
    switch self {
    case .float32(let value): Double("\(value)") ?? Double(value)
    case .float64(let value): value
    default: whole.map(Double.init)
    }
  }

  /// The value for a reader: of a long array its length and its first elements.
  public var summary: String {
    switch self {
    case .string(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .float32(let value): "\(value)"
    case .float64(let value): "\(value)"
    case .uint64(let value): "\(value)"
    case .array(let array): array.summary
    default: "\(whole ?? 0)"
    }
  }
}
