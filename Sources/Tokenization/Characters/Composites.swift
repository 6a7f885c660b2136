/// Which two characters are one in composed forms.
enum Composites {
  /// Where characters with a canonical decomposition are that composition makes (all of Unicode 9 were looked
  /// through); Hangul syllables are computed.
  private static let blocks: [Range<UInt32>] = [0xC0..<0x3100, 0x11000..<0x11A00]

  /// The character of a pair.
  private static let table: [UInt64: Unicode.Scalar] = {
    var parts: [(whole: Unicode.Scalar, parts: [Unicode.Scalar])] = []
    for value in blocks.joined() {
      guard let scalar = Unicode.Scalar(value), !scalar.properties.isFullCompositionExclusion else {
        continue
      }
      let decomposition = NormalForm.decomposition(of: scalar, isCompatible: false)
      if decomposition.count > 1 { parts.append((scalar, decomposition)) }
    }
    var table: [UInt64: Unicode.Scalar] = [:]
    // A longer one is the last of its parts on what the others make.
    for (whole, parts) in parts.sorted(by: { $0.parts.count < $1.parts.count }) {
      let first = parts.dropFirst().dropLast().reduce(parts[0]) { first, second in
        table[key(first, second)] ?? first
      }
      table[key(first, parts[parts.count - 1])] = whole
    }
    return table
  }()

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }

  /// What two characters are together; nil if they stay two.
  static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    guard second.value >= 0x300 else { return nil }
    return syllable(first.value, second.value) ?? table[key(first, second)]
  }

  /// The Hangul syllable of a leading consonant and a vowel, or of a syllable and a final consonant.
  private static func syllable(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28)
    }
    if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00).isMultiple(of: 28),
      (0x11A8..<0x11C3).contains(second)
    {
      return Unicode.Scalar(first + second - 0x11A7)
    }
    return nil
  }
}
