import PETL

/// A JSON value, with the members of an object in the order of the text.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction and exponent that fits `Int`.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object; names are distinct when the value was read.
  case object([Member])

  /// One name of an object and its value.
  public struct Member: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

extension JSONValue {
  /// Reads a text.
  ///
  /// - Throws: `DiagnosticError` that begins with `name` and holds the byte position, if the text is
  ///   not strict JSON, names a member twice, or is nested too deeply.
  public init(parsing bytes: [UInt8], name: String) throws {
    self = try JSONNode(parsing: bytes, name: name).value
  }

  /// The value of the member `name`, or nil if there is none or this is no object.
  public subscript(_ name: String) -> JSONValue? {
    members?.first { ExactName($0.name) == ExactName(name) }?.value
  }

  /// The members, if this is an object.
  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements, if this is a list.
  public var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The text, if this is a string.
  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, if this is one.
  public var flag: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The number, if this is a whole one that fits `Int`.
  public var whole: Int? {
    if case .integer(let whole) = self { whole } else { nil }
  }

  /// The number, whole or not.
  public var double: Double? {
    switch self {
    case .integer(let whole): Double(whole)
    case .number(let number): number
    default: nil
    }
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// What kind of value this is, for a sentence: "a string", "null".
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
