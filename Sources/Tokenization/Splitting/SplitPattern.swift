import Checkpoints
import PETL

/// What a `Split` looks for.
enum SplitPattern: Sendable {
  /// A text as it is written.
  case text([Unicode.Scalar])
  /// A regular expression that is known.
  case words(WordRule)

  /// The parts of a text, which cover it, and whether the pattern found them.
  func parts(of text: [Unicode.Scalar]) -> [SplitBehavior.Part] {
    switch self {
    case .words(let rule): return rule.words(of: text).map { ($0, true) }
    case .text(let wanted):
      guard !wanted.isEmpty else { return [(text.indices, false)] }
      return splitParts(text, occurrences(of: wanted, in: text))
    }
  }

  /// Reads `{"String": …}` or `{"Regex": …}`.
  init(_ fields: Fields, _ key: String) throws {
    guard let json = fields[key] else { throw fields.error(key, "a pattern") }
    if let text = json["String"]?.text {
      self = .text(Array(text.unicodeScalars))
    } else if let text = json["Regex"]?.text {
      guard let rule = WordRule(spelling: text) else {
        throw fields.unsupported(
          key, value: text,
          hint: "regular expressions are known by their spelling: GPT-2's, Llama 3's and Qwen 2's")
      }
      self = .words(rule)
    } else {
      throw fields.error(key, "an object with `String` or `Regex`")
    }
  }
}

/// Where a text that is not empty occurs, without overlaps, from the left.
///
/// Every character is looked at at most twice, however much the wanted text repeats itself
/// (Knuth, Morris and Pratt, 1977).
func occurrences(of wanted: [Unicode.Scalar], in text: [Unicode.Scalar]) -> [Range<Int>] {
  require(!wanted.isEmpty, "An empty text occurs everywhere.")
  var borders = [Int](repeating: 0, count: wanted.count)
  var length = 0
  for index in wanted.indices.dropFirst() {
    while length > 0, wanted[index] != wanted[length] { length = borders[length - 1] }
    if wanted[index] == wanted[length] { length += 1 }
    borders[index] = length
  }
  var found: [Range<Int>] = []
  length = 0
  for (index, scalar) in text.enumerated() {
    while length > 0, scalar != wanted[length] { length = borders[length - 1] }
    if scalar == wanted[length] { length += 1 }
    if length == wanted.count {
      found.append(index + 1 - length..<index + 1)
      length = 0
    }
  }
  return found
}

/// The parts of a text that are in a list of ranges, and those between.
func splitParts(_ text: [Unicode.Scalar], _ matches: [Range<Int>]) -> [SplitBehavior.Part] {
  var parts: [SplitBehavior.Part] = []
  var start = 0
  for match in matches {
    if start < match.lowerBound { parts.append((start..<match.lowerBound, false)) }
    parts.append((match, true))
    start = match.upperBound
  }
  if start < text.count { parts.append((start..<text.count, false)) }
  return parts
}
