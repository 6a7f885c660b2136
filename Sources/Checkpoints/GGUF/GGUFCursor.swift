import PETL

/// A place in a GGUF file that moves on with what is read; nothing is taken that the file does not hold.
struct GGUFCursor {
  /// Arrays within arrays are read to this depth (our choice).
  static let deepest = 4

  let store: ByteStore
  let name: String
  private(set) var offset = 0

  init(_ store: ByteStore, name: String) { (self.store, self.name) = (store, name) }

  /// How many bytes are left.
  var rest: Int { store.count - offset }

  /// The next bytes.
  ///
  /// - Throws: `DiagnosticError` when the file ends before.
  mutating func take(_ count: Int, _ what: String) throws -> Range<Int> {
    guard count <= rest else {
      throw DiagnosticError(
        "\(name): the file is cut short: \(what) at byte \(offset) takes \(count) bytes, \(rest) are left"
      )
    }
    offset += count
    return offset - count..<offset
  }

  /// The next number.
  mutating func number<Number: BitwiseCopyable>(
    _ what: String, as type: Number.Type
  ) throws -> Number {
    let range = try take(MemoryLayout<Number>.size, what)
    return store.values(range, as: type)[0]
  }

  /// The next 64 bits as a count of things that take at least so many bytes each.
  ///
  /// - Throws: `DiagnosticError` when the rest of the file could not hold them.
  mutating func count(_ what: String, each least: Int) throws -> Int {
    let place = offset
    let claimed = try number(what, as: UInt64.self)
    guard claimed <= UInt64(rest / least) else {
      throw DiagnosticError(
        "\(name): \(what) at byte \(place) is said to be \(claimed), more than the \(rest) bytes after it hold"
      )
    }
    return Int(claimed)
  }

  /// The next text.
  mutating func text(_ what: String) throws -> String {
    let length = try count("the length of \(what)", each: 1)
    let range = try take(length, what)
    guard let text = String(validating: store.values(range, as: UInt8.self), as: UTF8.self) else {
      throw DiagnosticError("\(name): \(what) at byte \(range.lowerBound) is not UTF-8")
    }
    return text
  }

  /// The next value of a type.
  mutating func value(_ type: GGUFValueType, _ what: String) throws -> GGUFValue {
    switch type {
    case .uint8: .uint8(try number(what, as: UInt8.self))
    case .int8: .int8(try number(what, as: Int8.self))
    case .uint16: .uint16(try number(what, as: UInt16.self))
    case .int16: .int16(try number(what, as: Int16.self))
    case .uint32: .uint32(try number(what, as: UInt32.self))
    case .int32: .int32(try number(what, as: Int32.self))
    case .float32: .float32(try number(what, as: Float.self))
    case .bool: .bool(try flags(1, what)[0])
    case .string: .string(try text(what))
    case .array: .array(try array(what, depth: 1))
    case .uint64: .uint64(try number(what, as: UInt64.self))
    case .int64: .int64(try number(what, as: Int64.self))
    case .float64: .float64(try number(what, as: Double.self))
    }
  }

  /// The next type of a value.
  mutating func type(_ what: String) throws -> GGUFValueType {
    let code = try number(what, as: UInt32.self)
    guard let type = GGUFValueType(rawValue: code) else {
      throw DiagnosticError("\(name): \(what) has the unknown type \(code), known are 0 to 12")
    }
    return type
  }

  private mutating func array(_ what: String, depth: Int) throws -> GGUFArray {
    let type = try type("an element of \(what)")
    let count = try count("the number of elements of \(what)", each: type.leastByteCount)
    switch type {
    case .uint8: return .uint8(try numbers(count, what))
    case .int8: return .int8(try numbers(count, what))
    case .uint16: return .uint16(try numbers(count, what))
    case .int16: return .int16(try numbers(count, what))
    case .uint32: return .uint32(try numbers(count, what))
    case .int32: return .int32(try numbers(count, what))
    case .float32: return .float32(try numbers(count, what))
    case .bool: return .bool(try flags(count, what))
    case .uint64: return .uint64(try numbers(count, what))
    case .int64: return .int64(try numbers(count, what))
    case .float64: return .float64(try numbers(count, what))
    case .string:
      var texts: [String] = []
      texts.reserveCapacity(count)
      for index in 0..<count { texts.append(try text("element \(index) of \(what)")) }
      return .string(texts)
    case .array:
      guard depth < Self.deepest else {
        throw DiagnosticError("\(name): \(what) nests arrays deeper than \(Self.deepest)")
      }
      return .array(try (0..<count).map { try array("element \($0) of \(what)", depth: depth + 1) })
    }
  }

  private mutating func numbers<Number: BitwiseCopyable>(
    _ count: Int, _ what: String
  ) throws -> [Number] {
    store.values(try take(count * MemoryLayout<Number>.size, what), as: Number.self)
  }

  private mutating func flags(_ count: Int, _ what: String) throws -> [Bool] {
    let bytes: [UInt8] = try numbers(count, what)
    if let odd = bytes.first(where: { $0 > 1 }) {
      throw DiagnosticError("\(name): \(what) is a truth value, but holds \(odd), not 0 or 1")
    }
    return bytes.map { $0 == 1 }
  }
}
