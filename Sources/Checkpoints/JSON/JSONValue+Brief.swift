extension JSONValue {
  /// The value in a message, cut off where it is long.
  package var brief: String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let whole): return "\(whole)"
    case .number(let number): return "\(number)"
    case .string(let text): return text.count > 60 ? "'\(text.prefix(60))…'" : "'\(text)'"
    case .array(let list) where list.count <= 8:
      return "[\(list.map(\.brief).joined(separator: ", "))]"
    case .array, .object: return kind
    }
  }
}
