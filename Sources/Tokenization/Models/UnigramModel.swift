import Checkpoints
import PETL

/// SentencePiece's unigram model (Kudo, arXiv 1804.10959): of all ways to cut a text into tokens the one whose
/// scores sum to the most.
struct UnigramModel: TokenModel {
  let vocabulary: Vocabulary
  /// The token for what the vocabulary lacks.
  let unknown: Int?
  private let unknownToken: Int
  /// The logarithm of each token's probability.
  private let scores: [Double]
  /// The score of a character that no token covers: 10 less than the least of all.
  private let unknownScore: Double
  /// The token of each byte; nil without byte fallback.
  private let byteTokens: [Int?]?
  private let trie: PieceTrie

  /// The best way to a place of the text.
  private struct Best {
    var score = 0.0
    var start = -1
    var token = -1
  }

  func tokens(of word: [Unicode.Scalar]) -> [Int] {
    let bytes = utf8(word)
    var best = [Best](repeating: Best(), count: bytes.count + 1)
    var start = 0
    for scalar in word {
      let width = UTF8.width(scalar)
      let so = best[start].score
      var coversCharacter = false
      var node = PieceTrie.root
      var end = start
      while end < bytes.count, let child = trie.child(of: node, bytes[end]) {
        node = child
        end += 1
        guard let id = trie.value(node) else { continue }
        Self.offer(Best(score: scores[id] + so, start: start, token: id), &best[end])
        if end - start == width { coversCharacter = true }
      }
      if !coversCharacter {
        let unknown = Best(score: unknownScore + so, start: start, token: unknownToken)
        Self.offer(unknown, &best[start + width])
      }
      start += width
    }
    return path(bytes, best)
  }

  @inline(__always)
  private static func offer(_ candidate: Best, _ best: inout Best) {
    if best.start < 0 || candidate.score > best.score { best = candidate }
  }

  /// The tokens of the best way, from its end back to its beginning.
  private func path(_ bytes: [UInt8], _ best: [Best]) -> [Int] {
    var parts: [Range<Int>] = []
    var end = bytes.count
    var wasUnknown = false
    while end > 0 {
      let step = best[end]
      let isUnknown = step.token == unknownToken
      if isUnknown, wasUnknown, let last = parts.popLast() {
        // Unknown characters side by side are one.
        parts.append(step.start..<last.upperBound)
      } else {
        parts.append(step.start..<end)
      }
      wasUnknown = isUnknown
      end = step.start
    }
    return parts.reversed().flatMap { token(Array(bytes[$0])) }
  }

  private func token(_ part: [UInt8]) -> [Int] {
    if let id = vocabulary[part] { return [id] }
    if let byteTokens {
      let tokens = part.compactMap { byteTokens[Int($0)] }
      if tokens.count == part.count { return tokens }
    }
    return [unknownToken]
  }

  /// Reads `model` of a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key if something does not fit.
  init(_ json: JSONValue, file: String) throws {
    let fields = try Fields(
      json, file: file, path: "model", keys: ["unk_id", "byte_fallback", "vocab"])
    var vocabulary = Vocabulary()
    var scores: [Double] = []
    for (id, entry) in try fields.list("vocab").enumerated() {
      let place = "\(file): `model.vocab[\(id)]`"
      guard let parts = entry.elements, parts.count == 2, let text = parts[0].text,
        let score = parts[1].double
      else {
        throw DiagnosticError("\(place) is no token", hints: ["expected a spelling and a score"])
      }
      try vocabulary.add(Array(text.utf8), id, place: place)
      scores.append(score)
    }
    let unknown = try fields.id("unk_id")
    guard scores.indices.contains(unknown) else {
      throw DiagnosticError(
        "\(file): `model.unk_id` is \(unknown), but there are \(scores.count) tokens")
    }
    (self.vocabulary, self.scores) = (vocabulary, scores)
    (self.unknown, unknownToken) = (unknown, unknown)
    unknownScore = (scores.min() ?? 0) - 10
    byteTokens = try fields.flag("byte_fallback", default: false) ? vocabulary.byteTokens : nil
    trie = PieceTrie(vocabulary)
  }
}
