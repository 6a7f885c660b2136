import Foundation

/// A text cut into the words that byte pairs are merged within, by CLIP's rule.
///
/// The text is brought into Unicode's composed form (NFC), runs of white space become one space, and
/// letters become small, each by itself, as in Hugging Face's tokenizer. (OpenAI's also repairs broken
/// encodings with ftfy and turns HTML entities into characters; captions that need that should be
/// cleaned before.) The words are, in this order of preference: `'s 't 're 've 'm 'll 'd`; a run of
/// letters; one digit or other number; a run of anything else but white space.
struct CaptionWords {
  /// The words in UTF-8.
  let words: [[UInt8]]

  init(_ text: some StringProtocol) {
    let scalars = String(text).precomposedStringWithCanonicalMapping.unicodeScalars.flatMap {
      $0.properties.isWhitespace
        ? [Unicode.Scalar(0x20)] : Array($0.properties.lowercaseMapping.unicodeScalars)
    }
    var words: [[UInt8]] = []
    var position = 0
    while position < scalars.count {
      let kind = Kind(scalars[position])
      var end = position + 1
      if kind == .space {
        position = end
        continue
      }
      if let length = Self.contraction(scalars, at: position) {
        end = position + length
      } else if kind != .number {
        while end < scalars.count, Kind(scalars[end]) == kind { end += 1 }
      }
      words.append(scalars[position..<end].flatMap { Array($0.utf8) })
      position = end
    }
    self.words = words
  }

  /// The length of an ending such as `'re` that begins here.
  private static func contraction(_ scalars: [Unicode.Scalar], at start: Int) -> Int? {
    guard scalars[start] == "'" else { return nil }
    return ["s", "t", "re", "ve", "m", "ll", "d"].first { ending in
      scalars.dropFirst(start + 1).starts(with: ending.unicodeScalars)
    }.map { $0.count + 1 }
  }

  private enum Kind {
    case space, letter, number, other

    init(_ scalar: Unicode.Scalar) {
      if scalar.properties.isWhitespace {
        self = .space
        return
      }
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = .other
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var utf8: String.UTF8View { String(Character(self)).utf8 }
}
