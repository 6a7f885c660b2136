import Checkpoints
import PETL

/// WordPiece: of a word the longest token that begins it, then the longest that goes on, to its end.
struct WordPieceModel: TokenModel {
  let vocabulary: Vocabulary
  let unknown: Int?
  /// The token for a word that cannot be cut up.
  private let unknownWord: Int
  /// The most characters of a word that is cut up.
  private let longestWord: Int
  private let trie: PieceTrie
  /// Where tokens that go on with a word begin in the trie; nil if there is none.
  private let continuation: Int?

  func tokens(of word: [Unicode.Scalar]) -> [Int] {
    guard word.count <= longestWord else { return [unknownWord] }
    let bytes = utf8(word)
    var tokens: [Int] = []
    var start = 0
    while start < bytes.count {
      guard let node = start == 0 ? PieceTrie.root : continuation,
        let (end, id) = longest(bytes, from: start, node)
      else { return [unknownWord] }
      tokens.append(id)
      start = end
    }
    return tokens
  }

  private func longest(_ bytes: [UInt8], from start: Int, _ root: Int) -> (end: Int, id: Int)? {
    var node = root
    var best: (Int, Int)?
    for index in start..<bytes.count {
      guard let child = trie.child(of: node, bytes[index]) else { break }
      node = child
      if let id = trie.value(node) { best = (index + 1, id) }
    }
    return best
  }

  /// Reads `model` of a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key if something does not fit.
  init(_ json: JSONValue, file: String) throws {
    let fields = try Fields(
      json, file: file, path: "model",
      keys: ["unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"])
    vocabulary = try Vocabulary(fields["vocab"], place: "\(file): `model.vocab`")
    guard let id = try fields.token("unk_token", in: vocabulary) else {
      throw fields.error("unk_token", "the token for words that the vocabulary lacks")
    }
    (unknown, unknownWord) = (id, id)
    longestWord = try fields.whole("max_input_chars_per_word") ?? 100
    trie = PieceTrie(vocabulary)
    let prefix = try fields.text("continuing_subword_prefix") ?? "##"
    continuation = trie.node(of: Array(prefix.utf8))
  }
}
