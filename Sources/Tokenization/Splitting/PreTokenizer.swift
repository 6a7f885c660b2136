/// What cuts a text into the words that the model sees one by one.
indirect enum PreTokenizer: Sendable {
  case byteLevel(addsPrefixSpace: Bool, cutsWords: Bool)
  case split(SplitPattern, SplitBehavior, isInverted: Bool)
  case digits(areIndividual: Bool)
  case metaspace(Metaspace)
  case bert
  case whitespace
  case whitespaceSplit
  case punctuation(SplitBehavior)
  case sequence([PreTokenizer])

  /// The words of some pieces.
  func apply(_ pieces: [Piece]) -> [Piece] {
    if case .sequence(let steps) = self {
      return steps.reduce(pieces) { $1.apply($0) }
    }
    return pieces.flatMap { $0.scalars.isEmpty ? [] : words(of: $0) }
  }

  /// Whether a later step asks where a piece began in the text (`Metaspace`'s `first`).
  var asksForPlaces: Bool {
    guard case .sequence(let steps) = self else { return false }
    return steps.dropFirst().contains {
      if case .metaspace(let metaspace) = $0 { metaspace.scheme == .first } else { false }
    } || steps.contains(where: \.asksForPlaces)
  }

  private func words(of piece: Piece) -> [Piece] {
    switch self {
    case .sequence: return apply([piece])
    case .byteLevel(let addsPrefixSpace, let cutsWords):
      var piece = piece
      if addsPrefixSpace, piece.scalars.first != " " { piece.scalars.insert(" ", at: 0) }
      let words =
        cutsWords ? piece.split(WordRule.gpt2.words(of: piece.scalars)) : [piece]
      return words.map {
        Piece(scalars: ByteAlphabet.spelled($0.scalars), isAtStart: $0.isAtStart)
      }
    case .split(let pattern, let behavior, let isInverted):
      let parts = pattern.parts(of: piece.scalars).map { ($0.range, $0.isMatch != isInverted) }
      return piece.split(behavior.pieces(parts))
    case .digits(let areIndividual):
      return piece.split(areIndividual ? .isolated : .contiguous, \.isNumeric)
    case .metaspace(let metaspace): return metaspace.words(of: piece)
    case .bert:
      return piece.split(.removed, \.properties.isWhitespace)
        .flatMap { $0.split(.isolated, \.isPunctuation) }
    case .whitespace:
      // `\w+|[^\w\s]+`: runs of word parts, and of what is neither that nor white space.
      let kinds = piece.scalars.map {
        $0.properties.isWhitespace ? 0 : $0.isWordPart ? 1 : 2
      }
      return piece.split(runs(of: kinds).filter { kinds[$0.lowerBound] > 0 })
    case .whitespaceSplit: return piece.split(.removed, \.properties.isWhitespace)
    case .punctuation(let behavior): return piece.split(behavior, \.isPunctuation)
    }
  }
}

/// The runs of equal numbers.
private func runs(of kinds: [Int]) -> [Range<Int>] {
  var runs: [Range<Int>] = []
  var start = 0
  for index in kinds.indices where index + 1 == kinds.count || kinds[index + 1] != kinds[index] {
    runs.append(start..<index + 1)
    start = index + 1
  }
  return runs
}

extension Piece {
  /// The parts in some ranges.
  func split(_ ranges: [Range<Int>]) -> [Piece] {
    ranges.compactMap { range in
      range.isEmpty
        ? nil
        : Piece(scalars: Array(scalars[range]), isAtStart: isAtStart && range.lowerBound == 0)
    }
  }

  /// The parts between or with single characters.
  func split(_ behavior: SplitBehavior, _ isMatch: (Unicode.Scalar) -> Bool) -> [Piece] {
    let matches = scalars.indices.filter { isMatch(scalars[$0]) }.map { $0..<$0 + 1 }
    guard !matches.isEmpty else { return [self] }
    return split(behavior.pieces(splitParts(scalars, matches)))
  }
}
