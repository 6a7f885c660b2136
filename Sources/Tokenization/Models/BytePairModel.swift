/// Byte-pair encoding (Sennrich et al., arXiv 1508.07909): a word's characters, merged by rules of a rank.
struct BytePairModel: TokenModel {
  let vocabulary: Vocabulary
  let merges: MergeTable
  let unknown: Int?
  /// Whether unknown characters side by side become one token.
  var fusesUnknown = false
  /// The token of each byte, for characters that the vocabulary lacks; nil without byte fallback.
  var byteTokens: [Int?]?
  /// Whether a word that is a token is taken as it is.
  var ignoresMerges = false
  /// What the spelling of a character that does not begin a word begins with.
  var prefix: [UInt8] = []
  /// What the spelling of a character that ends a word ends with.
  var suffix: [UInt8] = []
  /// The tokens of single characters below U+0800, without prefix and suffix.
  private let common: [Int?]

  init(vocabulary: Vocabulary, merges: MergeTable, unknown: Int?) {
    (self.vocabulary, self.merges, self.unknown) = (vocabulary, merges, unknown)
    common = (UInt32(0)..<0x800).map { value in
      Unicode.Scalar(value).flatMap { vocabulary[utf8(CollectionOfOne($0))] }
    }
  }

  func tokens(of word: [Unicode.Scalar]) -> [Int] {
    if ignoresMerges, let id = vocabulary[utf8(word)] { return [id] }
    return merges.merged(characters(of: word))
  }

  /// The tokens of the characters of a word.
  ///
  /// The order is the library's: a run of unknown characters waits until the next known one, so that bytes
  /// that stand for a character come before it.
  func characters(of word: [Unicode.Scalar]) -> [Int] {
    var tokens: [Int] = []
    tokens.reserveCapacity(word.count)
    var waits = false
    for (index, scalar) in word.enumerated() {
      let id = character(scalar, isFirst: index == 0, isLast: index == word.count - 1)
      if let id {
        if waits, let unknown { tokens.append(unknown) }
        waits = false
        tokens.append(id)
      } else if let bytes = bytes(scalar, isFirst: index == 0, isLast: index == word.count - 1) {
        tokens += bytes
      } else if let unknown {
        if waits, !fusesUnknown { tokens.append(unknown) }
        waits = true
      }
    }
    if waits, let unknown { tokens.append(unknown) }
    return tokens
  }

  private func spelling(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> [UInt8] {
    (isFirst ? [] : prefix) + utf8(CollectionOfOne(scalar)) + (isLast ? suffix : [])
  }

  private func character(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> Int? {
    if (isFirst || prefix.isEmpty) && (!isLast || suffix.isEmpty) && scalar.value < 0x800 {
      return common[Int(scalar.value)]
    }
    return vocabulary[spelling(scalar, isFirst: isFirst, isLast: isLast)]
  }

  private func bytes(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> [Int]? {
    guard let byteTokens else { return nil }
    let bytes = spelling(scalar, isFirst: isFirst, isLast: isLast)
    let tokens = bytes.compactMap { byteTokens[Int($0)] }
    return tokens.count == bytes.count ? tokens : nil
  }
}
