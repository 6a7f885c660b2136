import Checkpoints
import PETL

/// Reads `model` of a `tokenizer.json`.
///
/// GPT-2's own file has no `type`; what the library takes it for is then told by the other keys.
///
/// - Throws: `DiagnosticError` with the key if it is not supported.
func readTokenModel(_ json: JSONValue, file: String) throws -> any TokenModel {
  let fields = try Fields(json, file: file, path: "model")
  let type = try fields.text("type") ?? (fields["merges"] == nil ? "" : "BPE")
  switch type {
  case "BPE": return try BytePairModel(json, file: file)
  case "WordPiece": return try WordPieceModel(json, file: file)
  case "Unigram": return try UnigramModel(json, file: file)
  default:
    guard !type.isEmpty else { throw fields.error("type", "BPE, WordPiece or Unigram") }
    throw fields.unsupported("type", value: type, hint: "known here: BPE, WordPiece, Unigram")
  }
}
