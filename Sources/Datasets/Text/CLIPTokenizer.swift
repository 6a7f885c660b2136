import PETL
import Tokenization

/// CLIP's tokenizer: byte-level byte-pair encoding (Sennrich et al., arXiv 1508.07909; Radford et al.,
/// arXiv 2103.00020), from a vocabulary in a file.
///
/// The numbers are those of Hugging Face's `CLIPTokenizer` on the same vocabulary, and those of OpenAI's
/// where a text needs no repair (see `CaptionWords`).
public struct CLIPTokenizer: Sendable {
  /// The name of the token that every text starts with.
  public static let startName = "<|startoftext|>"
  /// The name of the token that every text ends with.
  public static let endName = "<|endoftext|>"

  /// What the numbers of a text shorter than the context are followed by.
  public enum Padding: Sendable {
    /// 0, OpenAI's.
    case zero
    /// The end of the text again, Hugging Face's.
    case end
  }

  /// The number of the token that starts a text.
  public let start: Int
  /// The number of the token that ends a text.
  public let end: Int
  /// How many tokens there are: every number is below.
  public let count: Int
  /// The numbers of the 256 bytes inside a word, and after them those of bytes that end one.
  private let bytes: [Int]
  private let merges: MergeTable

  /// Takes a vocabulary whose parts fit.
  ///
  /// - Parameters:
  ///   - vocabulary: the number of each name, in UTF-8.
  ///   - merges: what pairs become.
  ///   - start: the number of the first token of a text.
  ///   - end: the number of the last; also stands for a byte that the vocabulary lacks.
  init(vocabulary: [[UInt8]: Int], merges: MergeTable, start: Int, end: Int) {
    (self.start, self.end, self.merges) = (start, end, merges)
    count = (vocabulary.values.max() ?? 0) + 1
    bytes = [false, true].flatMap { endsWord in
      (0...255).map { vocabulary[ByteAlphabet.name(UInt8($0), endsWord: endsWord)] ?? end }
    }
  }

  /// The numbers of texts, each from its start token to its end token, at most `length` of them.
  ///
  /// A longer text keeps its first `length` − 1 tokens, and the end token follows.
  ///
  /// - Parameters:
  ///   - texts: in any language.
  ///   - length: the context of the network, 77 in CLIP; at least 2.
  /// - Returns: a list for each text, not padded.
  public func encode(_ texts: [String], length: Int = 77) -> [[Int]] {
    require(length >= 2, "A context of \(length) has no room for start and end.")
    var known: [[UInt8]: [Int]] = [:]
    return texts.map { text in
      var tokens = [start]
      for (part, special) in parts(of: text) {
        for word in CaptionWords(part).words {
          let merged = known[word] ?? merged(word)
          known[word] = merged
          tokens += merged
        }
        if let special { tokens.append(special) }
      }
      return Array(tokens.prefix(length - 1)) + [end]
    }
  }

  /// The numbers of a text filled up to the context.
  ///
  /// - Parameters:
  ///   - text: in any language.
  ///   - length: the context of the network; at least 2.
  ///   - padding: what fills it up.
  /// - Returns: exactly `length` numbers.
  public func padded(_ text: String, length: Int = 77, with padding: Padding) -> [Int] {
    let tokens = encode([text], length: length)[0]
    let filler = padding == .zero ? 0 : end
    return tokens + Array(repeating: filler, count: length - tokens.count)
  }

  /// The text between start and end tokens that it names itself, each part with the token after it.
  private func parts(of text: String) -> [(text: String, special: Int?)] {
    let bytes = Array(text.utf8)
    let specials = [(Array(Self.startName.utf8), start), (Array(Self.endName.utf8), end)]
    var parts: [(String, Int?)] = []
    var (from, index) = (0, 0)
    while index < bytes.count {
      let found =
        bytes[index] == specials[0].0[0]
        ? specials.first { bytes[index...].starts(with: $0.0) } : nil
      guard let (name, token) = found else {
        index += 1
        continue
      }
      parts.append((String(decoding: bytes[from..<index], as: UTF8.self), token))
      index += name.count
      from = index
    }
    return parts + [(String(decoding: bytes[from...], as: UTF8.self), nil)]
  }

  /// The tokens of a word: its bytes, merged as long as there is a rule.
  private func merged(_ word: [UInt8]) -> [Int] {
    merges.merged(
      word.enumerated().map { index, byte in
        bytes[Int(byte) + (index == word.count - 1 ? 256 : 0)]
      })
  }
}

extension ByteAlphabet {
  /// What the name of a token that ends a word ends with.
  private static let endOfWord = "</w>"

  /// The name of a one-byte token in CLIP's vocabulary, in UTF-8.
  static func name(_ byte: UInt8, endsWord: Bool) -> [UInt8] {
    Array((String(Character(letters[Int(byte)])) + (endsWord ? endOfWord : "")).utf8)
  }
}
