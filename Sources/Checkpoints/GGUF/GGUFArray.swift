/// An array of a GGUF file, its elements as wide as there.
public enum GGUFArray: Sendable, Equatable {
  /// Unsigned numbers of 8 bits.
  case uint8([UInt8])
  /// Signed numbers of 8 bits.
  case int8([Int8])
  /// Unsigned numbers of 16 bits.
  case uint16([UInt16])
  /// Signed numbers of 16 bits.
  case int16([Int16])
  /// Unsigned numbers of 32 bits.
  case uint32([UInt32])
  /// Signed numbers of 32 bits.
  case int32([Int32])
  /// Numbers in single precision.
  case float32([Float])
  /// Truth values.
  case bool([Bool])
  /// Texts.
  case string([String])
  /// Arrays.
  case array([GGUFArray])
  /// Unsigned numbers of 64 bits.
  case uint64([UInt64])
  /// Signed numbers of 64 bits.
  case int64([Int64])
  /// Numbers in double precision.
  case float64([Double])

  /// The elements as values, of `limit` at most.
  func prefix(_ limit: Int) -> [GGUFValue] {
    switch self {
    case .uint8(let values): values.prefix(limit).map { .uint8($0) }
    case .int8(let values): values.prefix(limit).map { .int8($0) }
    case .uint16(let values): values.prefix(limit).map { .uint16($0) }
    case .int16(let values): values.prefix(limit).map { .int16($0) }
    case .uint32(let values): values.prefix(limit).map { .uint32($0) }
    case .int32(let values): values.prefix(limit).map { .int32($0) }
    case .float32(let values): values.prefix(limit).map { .float32($0) }
    case .bool(let values): values.prefix(limit).map { .bool($0) }
    case .string(let values): values.prefix(limit).map { .string($0) }
    case .array(let values): values.prefix(limit).map { .array($0) }
    case .uint64(let values): values.prefix(limit).map { .uint64($0) }
    case .int64(let values): values.prefix(limit).map { .int64($0) }
    case .float64(let values): values.prefix(limit).map { .float64($0) }
    }
  }

  /// The type of the elements.
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

  /// How many elements there are.
  public var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .int8(let values): values.count
    case .uint16(let values): values.count
    case .int16(let values): values.count
    case .uint32(let values): values.count
    case .int32(let values): values.count
    case .float32(let values): values.count
    case .bool(let values): values.count
    case .string(let values): values.count
    case .array(let values): values.count
    case .uint64(let values): values.count
    case .int64(let values): values.count
    case .float64(let values): values.count
    }
  }

  /// The texts, if these are texts.
  public var texts: [String]? {
    if case .string(let texts) = self { texts } else { nil }
  }

  /// The numbers, if these are whole ones that fit `Int`.
  public var wholes: [Int]? {
    let all = prefix(count).compactMap(\.whole)
    return all.count == count ? all : nil
  }

  /// The numbers in single precision, if these are that.
  public var floats: [Float]? {
    if case .float32(let values) = self { values } else { nil }
  }

  /// The elements for a reader: of many the first ones, and how many there are.
  var summary: String {
    let shown = prefix(4).map(\.summary).joined(separator: ", ")
    return count > 4 ? "[\(shown), …] (\(count))" : "[\(shown)]"
  }
}
