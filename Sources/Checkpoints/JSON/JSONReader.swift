/// A strict JSON reader (RFC 8259): exact UTF-8, no repeated names, bounded depth and size.
///
/// Foundation's reader neither reports repeated names nor positions, and a safetensors header needs
/// both.
struct JSONReader {
  /// How deep lists and objects may nest (our choice; what we read nests four deep).
  static let maximumDepth = 64
  /// How many values a text may hold (our choice; a tensor's entry in a header takes 8, Gemma 2's tokenizer
  /// 2 million in all).
  static let maximumValues = 4_000_000

  let bytes: [UInt8]
  var position = 0
  private var values = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The byte at the position, or nil at the end.
  var next: UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  /// Reads one value and nothing but white space after it.
  mutating func document() throws(JSONSyntaxError) -> JSONNode {
    let node = try value(depth: 0)
    skipSpace()
    guard next == nil else { throw error("text after the end of the value") }
    return node
  }

  func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset ?? position, message: message)
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    skipSpace()
    let start = position
    values += 1
    guard values <= Self.maximumValues else {
      throw error("more than \(Self.maximumValues) values")
    }
    guard let first = next else { throw error("the text ends where a value is expected") }
    switch first {
    case UInt8(ascii: "{"):
      return JSONNode(offset: start, content: .object(try object(depth: depth + 1)))
    case UInt8(ascii: "["):
      return JSONNode(offset: start, content: .array(try array(depth: depth + 1)))
    case UInt8(ascii: "\""):
      return JSONNode(offset: start, content: .leaf(.string(try string())))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONNode(offset: start, content: .leaf(try number()))
    default: return JSONNode(offset: start, content: .leaf(try word()))
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> [JSONNode.Member] {
    try enter(depth)
    var members: [JSONNode.Member] = []
    var seen: Set<ExactName> = []
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw error("a name in quotes is expected") }
      let name = try string()
      guard seen.insert(ExactName(name)).inserted else {
        throw error("the name `\(name)` appears twice", at: start)
      }
      guard take(UInt8(ascii: ":")) else { throw error("`:` is expected after a name") }
      let node = try value(depth: depth)
      members.append(JSONNode.Member(name: name, nameOffset: start, node: node))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("`,` or `}` is expected") }
    return members
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONNode] {
    try enter(depth)
    var elements: [JSONNode] = []
    if take(UInt8(ascii: "]")) { return elements }
    repeat {
      elements.append(try value(depth: depth))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("`,` or `]` is expected") }
    return elements
  }

  private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
    guard depth <= Self.maximumDepth else {
      throw error("nested deeper than \(Self.maximumDepth) levels")
    }
    position += 1
  }

  private mutating func word() throws(JSONSyntaxError) -> JSONValue {
    let words: [(String, JSONValue)] = [
      ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ]
    for (word, value) in words where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw error("a value is expected")
  }

  /// Passes white space and then `byte`, if it comes next.
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }
}
