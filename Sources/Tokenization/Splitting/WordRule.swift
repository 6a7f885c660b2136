/// The regular expressions that byte-level tokenizers cut texts with, each as a scanner that passes over a
/// text once.
///
/// A regular expression is recognised by its exact spelling, and no other is supported.
enum WordRule: Sendable, CaseIterable {
  /// GPT-2's.
  case gpt2
  /// Llama 3's: contractions in any case, numbers of up to three digits, line ends kept together.
  case llama3
  /// Qwen 2's: as Llama 3's, each digit by itself.
  case qwen2

  /// The spellings that stand for this rule; the first is the usual one.
  var spellings: [String] {
    let anyCase = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
    let rest = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    return switch self {
    case .gpt2:
      ["'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"]
    case .llama3:
      [
        "\(anyCase)|\\p{N}{1,3}|\(rest)",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
      ]
    case .qwen2: ["\(anyCase)|\\p{N}|\(rest)"]
    }
  }

  /// The rule of a regular expression; nil for one that is not known.
  init?(spelling: String) {
    let rule = Self.allCases.first { rule in
      rule.spellings.contains { $0.utf8.elementsEqual(spelling.utf8) }
    }
    guard let rule else { return nil }
    self = rule
  }

  /// The words of a text, which cover it.
  func words(of text: [Unicode.Scalar]) -> [Range<Int>] {
    let scan = WordScan(text)
    var words: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let end =
        switch self {
        case .gpt2: scan.endOfGPT2Word(from: start)
        case .llama3: scan.endOfLlamaWord(from: start, digits: 3)
        case .qwen2: scan.endOfLlamaWord(from: start, digits: 1)
        }
      words.append(start..<end)
      start = end
    }
    return words
  }
}
