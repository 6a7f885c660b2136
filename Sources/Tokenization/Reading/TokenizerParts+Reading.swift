import Checkpoints
import PETL

extension TokenizerParts {
  /// The longest added token, in characters (our choice).
  private static let longestAdded = 1000

  /// Reads a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key of what is wrong or not supported.
  init(_ json: JSONValue, file: String) throws {
    let fields = try Fields(
      json, file: file, path: "",
      keys: [
        "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
        "post_processor", "decoder", "model",
      ])
    if let version = fields["version"], version.text != "1.0" {
      throw fields.unsupported("version", hint: "expected \"1.0\"")
    }
    guard let model = fields["model"] else { throw fields.error("model", "an object") }
    self.init(model: try readTokenModel(model, file: file))
    if let json = fields["normalizer"] {
      normalizer = try Normalizer(json, file: file, path: "normalizer")
    }
    if let json = fields["pre_tokenizer"] {
      preTokenizer = try PreTokenizer(json, file: file, path: "pre_tokenizer")
    }
    if preTokenizer?.asksForPlaces == true, normalizer?.keepsPlaces == false {
      throw DiagnosticError(
        "\(file): `prepend_scheme` 'first' is not supported after another pre-tokenizer and a "
          + "normalizer that changes characters",
        hints: ["known there: always, never"])
    }
    if let json = fields["post_processor"] { frame = try Frame(json, file: file) }
    if let json = fields["decoder"] {
      decoder = try TextDecoder(json, file: file, path: "decoder")
    }
    for part in fields["added_tokens"] == nil ? [] : try fields.parts("added_tokens") {
      try add(
        try Fields(
          part.json, file: file, path: part.path,
          keys: ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"]))
    }
  }

  /// Adds an added token, whose number must be the one that the library gives it.
  private mutating func add(_ fields: Fields) throws {
    let content = Array(try fields.requiredText("content").unicodeScalars)
    let (id, isSpecial) = (try fields.id("id"), try fields.flag("special", default: false))
    guard !content.isEmpty, content.count <= Self.longestAdded else {
      throw fields.error("content", "1 to \(Self.longestAdded) characters")
    }
    let known = model.vocabulary[utf8(content)] ?? added.first { $0.content == content }?.id
    let next = max(model.vocabulary.count, (added.map(\.id).max() ?? -1) + 1)
    guard id == known ?? next else {
      throw DiagnosticError(
        "\(fields.file): `\(fields.path)` gives '\(utf8Text(content))' the number \(id), but it is "
          + (known == nil ? "the next after those before it, \(next)" : "\(known ?? 0) already"),
        hints: ["the tokenizers library takes \(known ?? next), whatever the file says"])
    }
    guard !added.contains(where: { $0.content == content }) else { return }
    added.append(
      AddedToken(
        content: content, id: id, isSpecial: isSpecial,
        isNormalized: try fields.flag("normalized", default: !isSpecial),
        isSingleWord: try fields.flag("single_word", default: false),
        stripsLeft: try fields.flag("lstrip", default: false),
        stripsRight: try fields.flag("rstrip", default: false)))
  }
}

/// The text of some characters.
func utf8Text(_ scalars: [Unicode.Scalar]) -> String {
  String(decoding: utf8(scalars), as: UTF8.self)
}
