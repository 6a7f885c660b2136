import Checkpoints
import PETL

/// Reads `added_tokens` of a `tokenizer.json`.
struct AddedTokenReader {
  /// The longest added token, in characters (our choice).
  private static let longest = 1000

  private let vocabulary: Vocabulary
  private var tokens: [AddedToken] = []
  /// The numbers of those that were read.
  private var known: [[UInt8]: Int] = [:]
  /// The number that the library gives the next one that the vocabulary lacks.
  private var next: Int

  init(vocabulary: Vocabulary) { (self.vocabulary, next) = (vocabulary, vocabulary.count) }

  /// The tokens of a file, in its order.
  ///
  /// - Throws: `DiagnosticError` with the key of what is wrong.
  consuming func tokens(_ fields: Fields) throws -> [AddedToken] {
    guard fields["added_tokens"] != nil else { return [] }
    for part in try fields.parts("added_tokens") {
      try add(
        try Fields(
          part.json, file: fields.file, path: part.path,
          keys: ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"]))
    }
    return tokens
  }

  /// Adds a token, whose number must be the one that the library gives it.
  private mutating func add(_ fields: Fields) throws {
    let content = Array(try fields.requiredText("content").unicodeScalars)
    let (id, isSpecial) = (try fields.id("id"), try fields.flag("special", default: false))
    guard !content.isEmpty, content.count <= Self.longest else {
      throw DiagnosticError(
        "\(fields.file): `\(fields.name("content"))` has \(content.count) characters",
        hints: ["expected 1 to \(Self.longest)"])
    }
    let spelling = utf8(content)
    let given = known[spelling] ?? vocabulary[spelling]
    guard id == given ?? next else {
      throw DiagnosticError(
        "\(fields.file): `\(fields.path)` gives '\(utf8Text(content))' the number \(id), but it is "
          + (given.map { "\($0) already" } ?? "the next after those before it, \(next)"),
        hints: ["the tokenizers library takes \(given ?? next), whatever the file says"])
    }
    next = max(next, id + 1)
    guard known.updateValue(id, forKey: spelling) == nil else { return }
    tokens.append(
      AddedToken(
        content: content, id: id, isSpecial: isSpecial,
        isNormalized: try fields.flag("normalized", default: !isSpecial),
        isSingleWord: try fields.flag("single_word", default: false),
        stripsLeft: try fields.flag("lstrip", default: false),
        stripsRight: try fields.flag("rstrip", default: false)))
  }
}
