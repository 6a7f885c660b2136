import PETL

/// A tokenizer of a language model: texts to the numbers of tokens, and back.
///
/// The numbers are those of the `tokenizers` library on the same file. A text goes through these steps: added
/// tokens are found in it; what stands between them is normalized, cut into words, and each word is turned into
/// tokens by the model (byte pairs, WordPiece or unigram); special tokens are put around it.
public struct Tokenizer: Sendable {
  /// The numbers of special tokens.
  public let special: SpecialTokens
  /// What the user should know about the files: what is not used, and what was taken to be so.
  public let notes: [Note]
  /// How many tokens there are: every number is below.
  public let count: Int

  /// How many types tokens may have: every type is below.
  public let typeCount: Int

  let parts: TokenizerParts
  /// The added tokens that are looked for in the text as it is.
  private let raw: AddedTokens
  /// The added tokens that are looked for in the normalized text.
  private let normalized: AddedTokens
  /// The spellings of added tokens; of those that are normalized the normalized ones, as in the library.
  private let addedSpelling: [Int: [UInt8]]
  /// The spellings of special tokens as the file has them.
  private let specialSpellings: Set<[UInt8]>

  init(_ parts: TokenizerParts, special: SpecialTokens, notes: [Note]) {
    (self.parts, self.special, self.notes) = (parts, special, notes)
    // Of two that are spelled alike once they are normalized the special one counts.
    let added = parts.added.filter(\.isSpecial) + parts.added.filter { !$0.isSpecial }
    func spelling(_ token: AddedToken) -> [Unicode.Scalar] {
      token.isNormalized
        ? parts.normalizer?.spelling(token.content) ?? token.content : token.content
    }
    raw = AddedTokens(added.filter { !$0.isNormalized }, spelling: \.content)
    normalized = AddedTokens(added.filter(\.isNormalized), spelling: spelling)
    addedSpelling = Dictionary(added.map { ($0.id, utf8(spelling($0))) }) { first, _ in first }
    specialSpellings = Set(added.filter(\.isSpecial).map { utf8($0.content) })
    let numbers = [
      parts.model.vocabulary.spellingOf.keys.max(), addedSpelling.keys.max(), parts.frame.ids.max(),
    ]
    count = 1 + (numbers.compactMap(\.self).max() ?? -1)
    typeCount = 1 + (parts.frame.types.max() ?? 0)
  }

  /// The tokens of a text.
  ///
  /// - Parameters:
  ///   - text: in any language.
  ///   - addsSpecialTokens: whether those are put around it that the network was trained with.
  ///   - length: the most tokens, special ones counted; the end of a longer text goes. At least as many as
  ///     special tokens are added.
  /// - Returns: their numbers, not padded.
  public func encode(
    _ text: String, addsSpecialTokens: Bool = true, length: Int? = nil
  ) -> [Int] {
    var ids = tokens(of: text)
    if let length {
      let room = room(length, addsSpecialTokens ? parts.frame.single : [])
      if ids.count > room { ids.removeLast(ids.count - room) }
    }
    return parts.frame.frame(ids, addsSpecialTokens: addsSpecialTokens)
  }

  /// The tokens of two texts in one sequence.
  ///
  /// - Parameters:
  ///   - first: the first text.
  ///   - second: the second text.
  ///   - addsSpecialTokens: whether those are put around and between them that the network was trained with.
  ///   - length: the most tokens, special ones counted; the longer text is cut first (`longest_first`). At least
  ///     as many as special tokens are added.
  /// - Returns: their numbers and types, not padded.
  public func encodePair(
    _ first: String, _ second: String, addsSpecialTokens: Bool = true, length: Int? = nil
  ) -> TokenPair {
    var (a, b) = (tokens(of: first), tokens(of: second))
    if let length {
      let room = room(length, addsSpecialTokens ? parts.frame.pair : [])
      let kept = longestFirst(a.count, b.count, room: room)
      (a, b) = (Array(a.prefix(kept.0)), Array(b.prefix(kept.1)))
    }
    return parts.frame.frame(a, b, addsSpecialTokens: addsSpecialTokens)
  }

  private func room(_ length: Int, _ slots: [Frame.Slot]) -> Int {
    let added = Frame.count(slots)
    require(
      length >= added, "A length of \(length) has no room for \(added) special tokens.")
    return length - added
  }

  /// The text of tokens; numbers that are no token's have none.
  ///
  /// - Parameters:
  ///   - ids: the numbers of the tokens.
  ///   - skipsSpecialTokens: whether special tokens have no text.
  /// - Returns: their text; U+FFFD stands where bytes are no characters.
  public func decode(_ ids: [Int], skipsSpecialTokens: Bool = true) -> String {
    String(decoding: bytes(of: ids, skipsSpecialTokens: skipsSpecialTokens), as: UTF8.self)
  }

  /// What decodes tokens that come one by one.
  public func decodingStream(skipsSpecialTokens: Bool = true) -> DecodingStream {
    DecodingStream(self, skipsSpecialTokens: skipsSpecialTokens)
  }

  /// The number of a token by its spelling in the vocabulary; nil if there is none.
  public func id(of token: String) -> Int? {
    let content = Array(token.unicodeScalars)
    return parts.added.first { $0.content == content }?.id ?? parts.model.vocabulary[token]
  }

  /// The spelling of a token in the vocabulary; nil if there is no such number.
  public func token(_ id: Int) -> String? {
    spelling(id).map { String(decoding: $0, as: UTF8.self) }
  }

  private func spelling(_ id: Int) -> [UInt8]? {
    addedSpelling[id] ?? parts.model.vocabulary.spellingOf[id]
  }

  func bytes(of ids: [Int], skipsSpecialTokens: Bool) -> [UInt8] {
    let tokens = ids.compactMap(spelling).filter {
      !skipsSpecialTokens || !specialSpellings.contains($0)
    }
    guard let decoder = parts.decoder else { return Array(tokens.joined(separator: [0x20])) }
    return Array(decoder.apply(tokens).joined())
  }

  /// The tokens of a text without those that are put around it.
  private func tokens(of text: String) -> [Int] {
    let scalars = Array(text.unicodeScalars)
    var words = WordTokens(parts.model)
    for part in raw.parts(of: scalars) {
      if let id = part.id {
        words.ids.append(id)
        continue
      }
      var piece = Piece(
        scalars: part.range == scalars.indices ? scalars : Array(scalars[part.range]),
        isAtStart: part.range.lowerBound == 0)
      parts.normalizer?.apply(&piece, isFirst: piece.isAtStart)
      for inner in normalized.parts(of: piece.scalars) {
        if let id = inner.id {
          words.ids.append(id)
        } else {
          let whole = piece.split([inner.range])
          for word in parts.preTokenizer?.apply(whole) ?? whole { words.add(word.scalars) }
        }
      }
    }
    return words.ids
  }
}

/// The tokens of the words of a text, in which many words come again.
private struct WordTokens {
  /// The longest word that is kept, and how many are at most (our choice).
  private static let (longest, most) = (64, 1 << 16)

  var ids: [Int] = []
  private let model: any TokenModel
  private var known: [[Unicode.Scalar]: [Int]] = [:]

  init(_ model: any TokenModel) { self.model = model }

  mutating func add(_ word: [Unicode.Scalar]) {
    guard !word.isEmpty else { return }
    guard word.count <= Self.longest else {
      ids += model.tokens(of: word)
      return
    }
    if let tokens = known[word] {
      ids += tokens
      return
    }
    let tokens = model.tokens(of: word)
    if known.count < Self.most { known[word] = tokens }
    ids += tokens
  }
}
