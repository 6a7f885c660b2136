extension GGUFValue {
  /// The value as a file holds it, without its type.
  var bytes: [UInt8] {
    switch self {
    case .uint8(let value): [value]
    case .int8(let value): ByteStore.bytes(of: [value])
    case .uint16(let value): ByteStore.bytes(of: [value])
    case .int16(let value): ByteStore.bytes(of: [value])
    case .uint32(let value): ByteStore.bytes(of: [value])
    case .int32(let value): ByteStore.bytes(of: [value])
    case .float32(let value): ByteStore.bytes(of: [value])
    case .bool(let value): [value ? 1 : 0]
    case .string(let text): Self.bytes(of: text)
    case .array(let array): array.bytes
    case .uint64(let value): ByteStore.bytes(of: [value])
    case .int64(let value): ByteStore.bytes(of: [value])
    case .float64(let value): ByteStore.bytes(of: [value])
    }
  }

  /// A text as a file holds it: its length and its UTF-8.
  static func bytes(of text: String) -> [UInt8] {
    ByteStore.bytes(of: [UInt64(text.utf8.count)]) + Array(text.utf8)
  }
}

extension GGUFArray {
  /// The array as a file holds it: the type of its elements, their number, and they.
  var bytes: [UInt8] {
    ByteStore.bytes(of: [type.rawValue]) + ByteStore.bytes(of: [UInt64(count)]) + elements
  }

  private var elements: [UInt8] {
    switch self {
    case .uint8(let values): values
    case .int8(let values): ByteStore.bytes(of: values)
    case .uint16(let values): ByteStore.bytes(of: values)
    case .int16(let values): ByteStore.bytes(of: values)
    case .uint32(let values): ByteStore.bytes(of: values)
    case .int32(let values): ByteStore.bytes(of: values)
    case .float32(let values): ByteStore.bytes(of: values)
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .string(let values): values.reduce(into: []) { $0 += GGUFValue.bytes(of: $1) }
    case .array(let values): values.flatMap(\.bytes)
    case .uint64(let values): ByteStore.bytes(of: values)
    case .int64(let values): ByteStore.bytes(of: values)
    case .float64(let values): ByteStore.bytes(of: values)
    }
  }
}
