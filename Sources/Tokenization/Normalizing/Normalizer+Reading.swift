import Checkpoints
import PETL

extension Normalizer {
  /// Reads the object of a normalizer.
  ///
  /// - Throws: `DiagnosticError` with the key if it is not supported.
  init(_ json: JSONValue, file: String, path: String) throws {
    let any = try Fields(json, file: file, path: path)
    func fields(_ keys: [String]) throws -> Fields {
      try Fields(json, file: file, path: path, keys: keys)
    }
    let type = try any.type()
    switch type {
    case "Sequence":
      let parts = try fields(["normalizers"]).parts("normalizers")
      self = .sequence(try parts.map { try Normalizer($0.json, file: file, path: $0.path) })
    case "NFC", "NFD", "NFKC", "NFKD":
      _ = try fields([])
      self = NormalForm(rawValue: type).map { .form($0) } ?? .sequence([])
    case "Lowercase":
      _ = try fields([])
      self = .lowercase
    case "StripAccents":
      _ = try fields([])
      self = .stripAccents
    case "Strip":
      let fields = try fields(["strip_left", "strip_right"])
      self = .strip(
        left: try fields.flag("strip_left", default: false),
        right: try fields.flag("strip_right", default: false))
    case "BertNormalizer":
      let fields = try fields([
        "clean_text", "handle_chinese_chars", "strip_accents", "lowercase",
      ])
      let lowercases = try fields.flag("lowercase", default: true)
      self = .bert(
        BertCleaning(
          cleans: try fields.flag("clean_text", default: true),
          separatesChinese: try fields.flag("handle_chinese_chars", default: true),
          stripsAccents: try fields.flag("strip_accents", default: lowercases),
          lowercases: lowercases))
    case "Replace": self = .replace(try Replacement(try fields(["pattern", "content"])))
    case "Prepend":
      self = .prepend(Array(try fields(["prepend"]).requiredText("prepend").unicodeScalars))
    case "Precompiled":
      let fields = try fields(["precompiled_charsmap"])
      let key = "precompiled_charsmap"
      self = .precompiled(
        try PrecompiledMap(
          base64: try fields.requiredText(key), place: "\(file): `\(fields.name(key))`"))
    default:
      throw any.unsupported(
        "type", value: type,
        hint: "known here: Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, "
          + "BertNormalizer, Replace, Prepend, Precompiled")
    }
  }
}
