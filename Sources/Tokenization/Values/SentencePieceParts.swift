extension VocabularyValues {
  /// SentencePiece's byte pairs: spaces are U+2581, and of two tokens side by side those are merged first whose
  /// token has the highest score; of equal ones the leftmost.
  func sentencePieceParts(_ vocabulary: Vocabulary) -> TokenizerParts {
    let space: [Unicode.Scalar] = ["\u{2581}"]
    var model = BytePairModel(
      vocabulary: vocabulary, merges: merges(vocabulary), unknown: unknown)
    model.fusesUnknown = true
    model.byteTokens = vocabulary.byteTokens
    var parts = TokenizerParts(model: model)
    let replaces = Normalizer.replace(Replacement(pattern: .text([" "]), content: space))
    parts.normalizer = .sequence(addsSpacePrefix ? [.prepend(space), replaces] : [replaces])
    let decoder: [TextDecoder] = [
      .replace(Replacement(pattern: .text(space), content: [" "])), .byteFallback, .fuse,
    ]
    parts.decoder = .sequence(
      decoder + (addsSpacePrefix ? [.strip(" ", start: 1, stop: 0)] : []))
    return parts
  }

  /// Every way to put a token together from two, ranked by its score.
  private func merges(_ vocabulary: Vocabulary) -> MergeTable {
    func isMerged(_ id: Int) -> Bool {
      switch kinds.isEmpty ? .normal : kinds[id] {
      case .normal: true
      case .userDefined, .control, .unknown, .unused, .byte: false
      }
    }
    let ids = tokens.indices.filter(isMerged)
    var ranks: [Float: Int] = [:]
    for (rank, score) in Set(ids.map { scores[$0] }).sorted(by: >).enumerated() {
      ranks[score] = rank
    }
    var table = MergeTable()
    for id in ids {
      let spelling = Array(tokens[id].utf8)
      for cut in spelling.indices.dropFirst() where spelling[cut] & 0xC0 != 0x80 {
        guard let first = vocabulary[Array(spelling[..<cut])], isMerged(first),
          let second = vocabulary[Array(spelling[cut...])], isMerged(second)
        else { continue }
        table.set(first, second, rank: ranks[scores[id]] ?? 0, token: id)
      }
    }
    return table
  }
}
