import PETL

/// A JSON value that knows where in the text it begins.
struct JSONNode: Sendable {
  /// The value, its parts with positions too.
  enum Content: Sendable {
    /// A value without parts.
    case leaf(JSONValue)
    /// A list.
    case array([JSONNode])
    /// An object.
    case object([Member])
  }

  /// A name of an object, where it stands, and its value.
  struct Member: Sendable {
    let name: String
    let nameOffset: Int
    let node: JSONNode
  }

  /// The position of the first byte, counted from the start of the text.
  let offset: Int
  /// The value.
  let content: Content

  /// The value without positions.
  var value: JSONValue {
    switch content {
    case .leaf(let value): value
    case .array(let nodes): .array(nodes.map(\.value))
    case .object(let members): .object(members.map { .init($0.name, $0.node.value) })
    }
  }

  /// The members, if this is an object.
  var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// The elements, if this is a list.
  var elements: [JSONNode]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  /// The number, if this is a whole one that fits `Int` and is not negative.
  var size: Int? {
    guard case .leaf(let value) = content, let whole = value.whole, whole >= 0 else { return nil }
    return whole
  }

  /// The text, if this is a string.
  var text: String? {
    if case .leaf(let value) = content { value.text } else { nil }
  }

  /// Reads a whole text, which begins at byte `base` of the file that an error speaks of.
  ///
  /// - Throws: `DiagnosticError` with `name` and the byte position if the text is not strict JSON.
  init(parsing bytes: [UInt8], name: String, base: Int = 0) throws {
    var reader = JSONReader(bytes: bytes)
    do throws(JSONSyntaxError) {
      self = try reader.document()
    } catch {
      throw DiagnosticError(
        "\(name): not valid JSON at byte \(base + error.offset): \(error.message)")
    }
  }

  init(offset: Int, content: Content) {
    self.offset = offset
    self.content = content
  }
}

/// What is wrong with a JSON text, and where.
struct JSONSyntaxError: Error {
  /// The position of the byte that is wrong.
  let offset: Int
  /// What is wrong with it.
  let message: String
}
