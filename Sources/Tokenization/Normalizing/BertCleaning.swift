/// BERT's cleaning of texts.
struct BertCleaning: Sendable {
  /// Whether control characters go and all white space becomes spaces.
  let cleans: Bool
  /// Whether spaces are put around Chinese characters.
  let separatesChinese: Bool
  /// Whether accents go.
  let stripsAccents: Bool
  /// Whether capitals become small.
  let lowercases: Bool

  /// Changes a piece.
  func apply(_ piece: inout Piece) {
    if cleans {
      piece.remove { $0.value == 0 || $0.value == 0xFFFD || !Self.isSpace($0) && $0.isOther }
      for index in piece.scalars.indices
      where Self.isSpace(piece.scalars[index]) || piece.scalars[index].properties.isWhitespace {
        piece.scalars[index] = " "
      }
    }
    if separatesChinese, piece.scalars.contains(where: Self.isChinese) {
      piece.scalars = piece.scalars.flatMap { Self.isChinese($0) ? [" ", $0, " "] : [$0] }
    }
    if stripsAccents {
      piece.scalars = NormalForm.canonicalDecomposition.apply(piece.scalars)
      piece.remove(where: \.isNonspacingMark)
    }
    if lowercases { piece.scalars = lowercased(piece.scalars) }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\t" || scalar == "\n" || scalar == "\r"
  }

  /// The blocks of BERT's own code; one of them begins at 2B920 in the library, not at 2B820.
  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
