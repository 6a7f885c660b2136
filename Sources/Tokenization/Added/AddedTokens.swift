/// The added tokens of one kind, and where a text names them.
struct AddedTokens: Sendable {
  /// A part of a text: an added token, or what stands between two of them.
  struct Part {
    let range: Range<Int>
    let id: Int?
  }

  private let tokens: [AddedToken]
  /// The longest token that begins here wins, as in the library.
  private var trie = ScalarTrie()

  /// Takes tokens.
  ///
  /// - Parameters:
  ///   - tokens: of two with the same spelling the first counts.
  ///   - spelling: how a token is spelled in the texts that are searched.
  init(_ tokens: [AddedToken], spelling: (AddedToken) -> [Unicode.Scalar]) {
    self.tokens = tokens
    for (index, token) in tokens.enumerated() { trie.insert(spelling(token), index) }
  }

  /// Cuts a text at the tokens in it; an empty text is one part.
  func parts(of text: [Unicode.Scalar]) -> [Part] {
    guard !tokens.isEmpty, !text.isEmpty else { return [Part(range: text.indices, id: nil)] }
    var parts: [Part] = []
    var (start, position) = (0, 0)
    while position < text.count {
      guard let found = trie.longest(in: text, at: position) else {
        position += 1
        continue
      }
      var (from, to) = (position, position + found.length)
      position = to
      let token = tokens[found.value]
      if token.isSingleWord, isWord(text, from - 1) || isWord(text, to) { continue }
      if token.stripsLeft {
        while from > start, text[from - 1].properties.isWhitespace { from -= 1 }
      }
      if token.stripsRight {
        while to < text.count, text[to].properties.isWhitespace { to += 1 }
      }
      if start < from { parts.append(Part(range: start..<from, id: nil)) }
      parts.append(Part(range: from..<to, id: token.id))
      start = to
    }
    if start < text.count { parts.append(Part(range: start..<text.count, id: nil)) }
    return parts
  }

  private func isWord(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
    text.indices.contains(index) && text[index].isWordPart
  }
}
