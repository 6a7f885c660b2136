import Checkpoints
import PETL

extension Frame {
  /// Reads `post_processor` of a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key if it is not supported.
  init(_ json: JSONValue, file: String, path: String = "post_processor") throws {
    self = try Self.read(json, file: file, path: path) ?? Frame()
  }

  /// The frame of an object; nil if it changes no token.
  private static func read(_ json: JSONValue, file: String, path: String) throws -> Frame? {
    let any = try Fields(json, file: file, path: path)
    let type = try any.type()
    switch type {
    case "Sequence":
      let fields = try Fields(json, file: file, path: path, keys: ["processors"])
      let frames = try fields.parts("processors").compactMap {
        try read($0.json, file: file, path: $0.path)
      }
      guard frames.count <= 1 else {
        throw fields.unsupported(
          "processors", hint: "expected one that adds tokens, but there are \(frames.count)")
      }
      return frames.first
    case "ByteLevel": return nil  // places in the text only
    case "TemplateProcessing": return try Frame(template: json, file: file, path: path)
    case "BertProcessing", "RobertaProcessing":
      return try Frame(
        enclosing: Fields(
          json, file: file, path: path, keys: ["sep", "cls", "trim_offsets", "add_prefix_space"]),
        isRoberta: type == "RobertaProcessing")
    default:
      throw any.unsupported(
        "type", value: type,
        hint: "known here: TemplateProcessing, RobertaProcessing, BertProcessing, ByteLevel, "
          + "Sequence")
    }
  }

  /// BERT's `[CLS] A [SEP] B [SEP]`, or RoBERTa's `<s> A </s></s> B </s>` with all types 0.
  private init(enclosing fields: Fields, isRoberta: Bool) throws {
    func id(_ key: String) throws -> Int {
      guard let parts = fields[key]?.elements, parts.count == 2, let id = parts[1].whole,
        Vocabulary.ids.contains(id)
      else { throw fields.error(key, "a token and its number") }
      return id
    }
    let (cls, sep) = (try id("cls"), try id("sep"))
    single = [.special([cls], type: 0), .first(type: 0), .special([sep], type: 0)]
    let type = isRoberta ? 0 : 1
    pair =
      single + (isRoberta ? [.special([sep], type: 0)] : [])
      + [.second(type: type), .special([sep], type: type)]
    bareTypes = [0, type]
  }

  private init(template json: JSONValue, file: String, path: String) throws {
    let fields = try Fields(
      json, file: file, path: path, keys: ["single", "pair", "special_tokens"])
    let tokens = fields["special_tokens"]?.members ?? []
    func ids(_ name: String) throws -> [Int] {
      let entry = tokens.first { $0.name.utf8.elementsEqual(name.utf8) }
      let listed = entry?.value["ids"]?.elements
      let ids = listed?.compactMap(\.whole).filter(Vocabulary.ids.contains)
      guard let ids, ids.count == listed?.count else {
        throw DiagnosticError(
          "\(file): `\(fields.name("special_tokens"))` does not say the numbers of '\(name)'")
      }
      return ids
    }
    func slot(_ part: JSONValue, _ path: String) throws -> Slot {
      let kind = part["SpecialToken"] == nil ? "Sequence" : "SpecialToken"
      let inner = try Fields(
        part[kind] ?? .null, file: file, path: "\(path).\(kind)", keys: ["id", "type_id"])
      let (name, type) = (try inner.requiredText("id"), try inner.whole("type_id") ?? 0)
      switch (kind, name) {
      case ("SpecialToken", _): return .special(try ids(name), type: type)
      case (_, "A"): return .first(type: type)
      case (_, "B"): return .second(type: type)
      default: throw inner.unsupported("id", value: name, hint: "expected A or B")
      }
    }
    single = try fields.parts("single").map { try slot($0.json, $0.path) }
    pair = try fields.parts("pair").map { try slot($0.json, $0.path) }
  }
}
