import Checkpoints
import PETL

/// SentencePiece's way with spaces: each becomes a visible character, and words begin with it.
struct Metaspace: Sendable {
  /// Where the character is put before a text that does not begin with it.
  enum Scheme: String, Sendable {
    case never
    case first
    case always
  }

  /// The visible character, usually U+2581.
  let replacement: Unicode.Scalar
  let scheme: Scheme
  /// Whether words are cut apart.
  let splits: Bool

  /// The words of a piece.
  func words(of piece: Piece) -> [Piece] {
    var piece = piece
    for index in piece.scalars.indices where piece.scalars[index] == " " {
      piece.scalars[index] = replacement
    }
    let mayPrepend = scheme == .always || scheme == .first && piece.isAtStart
    if mayPrepend, piece.scalars.first != replacement { piece.scalars.insert(replacement, at: 0) }
    guard splits else { return [piece] }
    return piece.split(.mergedWithNext) { $0 == replacement }
  }

  /// Reads the object of a pre-tokenizer or decoder.
  init(_ json: Fields) throws {
    let fields = try Fields(
      json.json, file: json.file, path: json.path,
      keys: ["replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"])
    replacement = try fields.character("replacement")
    let adds = try fields.flag("add_prefix_space", default: true)
    if let name = try fields.text("prepend_scheme") {
      guard let scheme = Scheme(rawValue: name) else {
        throw fields.unsupported(
          "prepend_scheme", value: name, hint: "expected first, never or always")
      }
      if fields["add_prefix_space"] != nil, adds == (scheme == .never) {
        throw fields.unsupported(
          "add_prefix_space", value: "\(adds)",
          hint: "it says something else than `prepend_scheme`: '\(name)'")
      }
      self.scheme = scheme
    } else {
      scheme = adds ? .always : .never
    }
    splits = try fields.flag("split", default: true)
  }
}
