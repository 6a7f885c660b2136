import Checkpoints
import PETL

/// An object of a tokenizer's file, whose keys are read one by one; `null` counts as absent.
struct Fields {
  /// The object.
  let json: JSONValue
  /// The file and the path of keys, for a sentence: "tokenizer.json: `model`".
  let file: String
  let path: String

  /// Takes an object.
  ///
  /// - Parameters:
  ///   - json: the value.
  ///   - file: its file.
  ///   - path: of keys that lead to it.
  ///   - keys: all that are understood; `type` is one of them always, nil allows any.
  /// - Throws: `DiagnosticError` if it is no object or has another key.
  init(_ json: JSONValue, file: String, path: String, keys: [String]? = nil) throws {
    (self.json, self.file, self.path) = (json, file, path)
    guard let members = json.members else {
      throw DiagnosticError("\(file): `\(path)` is \(json.kind), expected an object")
    }
    guard let keys else { return }
    for member in members
    where member.name != "type" && !keys.contains(member.name) && !member.value.isNull {
      throw unsupported(member.name, hint: "known here: \(keys.joined(separator: ", "))")
    }
  }

  /// The path of a key of this object.
  func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value of a key; nil where there is none.
  subscript(_ key: String) -> JSONValue? {
    json[key].flatMap { $0.isNull ? nil : $0 }
  }

  /// An error that a key is not supported.
  func unsupported(_ key: String, value: String? = nil, hint: String) -> DiagnosticError {
    DiagnosticError(
      "\(file): `\(name(key))`\(value.map { " is '\($0)', which" } ?? "") is not supported",
      hints: [hint])
  }

  func error(_ key: String, _ expected: String) -> DiagnosticError {
    guard let value = self[key] else {
      return DiagnosticError("\(file): `\(name(key))` is missing, expected \(expected)")
    }
    return DiagnosticError("\(file): `\(name(key))` is \(value.kind), expected \(expected)")
  }

  /// A truth value.
  func flag(_ key: String, default fallback: Bool) throws -> Bool {
    guard self[key] != nil else { return fallback }
    guard let flag = self[key]?.flag else { throw error(key, "true or false") }
    return flag
  }

  /// A string; nil where there is none.
  func text(_ key: String) throws -> String? {
    guard self[key] != nil else { return nil }
    return try requiredText(key)
  }

  /// A string that has to be there.
  func requiredText(_ key: String) throws -> String {
    guard let text = self[key]?.text else { throw error(key, "a string") }
    return text
  }

  /// A string of one character.
  func character(_ key: String, default fallback: Unicode.Scalar? = nil) throws -> Unicode.Scalar {
    if self[key] == nil, let fallback { return fallback }
    let text = Array(try requiredText(key).unicodeScalars)
    guard text.count == 1 else { throw error(key, "one character") }
    return text[0]
  }

  /// A whole number from 0 on.
  func whole(_ key: String) throws -> Int? {
    guard self[key] != nil else { return nil }
    guard let number = self[key]?.whole, number >= 0 else {
      throw error(key, "a whole number from 0 on")
    }
    return number
  }

  /// The number of a token.
  func id(_ key: String) throws -> Int {
    guard let id = self[key]?.whole, Vocabulary.ids.contains(id) else {
      throw error(key, "the number of a token, below \(Vocabulary.ids.upperBound)")
    }
    return id
  }

  /// A list.
  func list(_ key: String) throws -> [JSONValue] {
    guard let elements = self[key]?.elements else { throw error(key, "a list") }
    return elements
  }

  /// The parts of a `Sequence`, each with its path.
  func parts(_ key: String) throws -> [(json: JSONValue, path: String)] {
    try list(key).enumerated().map { ($1, "\(name(key))[\($0)]") }
  }

  /// The word under `type`.
  func type() throws -> String { try requiredText("type") }
}
