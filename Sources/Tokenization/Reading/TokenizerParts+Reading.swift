import Checkpoints
import PETL

extension TokenizerParts {
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
    added = try AddedTokenReader(vocabulary: self.model.vocabulary).tokens(fields)
  }
}

/// The text of some characters.
func utf8Text(_ scalars: [Unicode.Scalar]) -> String {
  String(decoding: utf8(scalars), as: UTF8.self)
}
