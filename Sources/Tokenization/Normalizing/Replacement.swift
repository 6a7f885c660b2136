import Checkpoints
import PETL

/// A text put in the place of another.
struct Replacement: Sendable {
  /// What is replaced.
  enum Pattern: Sendable {
    /// A text as it is written.
    case text([Unicode.Scalar])
    /// So many spaces or more.
    case spaces(Int)
    /// So many characters of white space or more.
    case whitespace(Int)
    /// A tab, the end of a line, or two characters of white space or more.
    case gaps
  }

  let pattern: Pattern
  let content: [Unicode.Scalar]

  /// Changes a piece.
  func apply(_ piece: inout Piece) {
    let matches = matches(in: piece.scalars)
    guard !matches.isEmpty else { return }
    if content.isEmpty, matches.first?.lowerBound == 0 { piece.isAtStart = false }
    piece.scalars = replaced(piece.scalars, matches)
  }

  /// The text after replacing.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] { replaced(text, matches(in: text)) }

  private func replaced(
    _ text: [Unicode.Scalar], _ matches: [Range<Int>]
  ) -> [Unicode.Scalar] {
    splitParts(text, matches).flatMap { $0.isMatch ? content[...] : text[$0.range] }
  }

  private func matches(in text: [Unicode.Scalar]) -> [Range<Int>] {
    switch pattern {
    case .text(let wanted): occurrences(of: wanted, in: text)
    case .spaces(let least): runs(in: text, least) { $0 == " " }
    case .whitespace(let least): runs(in: text, least, \.properties.isWhitespace)
    case .gaps:
      runs(in: text, 1, \.properties.isWhitespace).filter {
        $0.count > 1 || ["\n", "\r", "\t"].contains(text[$0.lowerBound])
      }
    }
  }

  private func runs(
    in text: [Unicode.Scalar], _ least: Int, _ isPart: (Unicode.Scalar) -> Bool
  ) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for index in 0...text.count where index == text.count || !isPart(text[index]) {
      if index - start >= least { runs.append(start..<index) }
      start = index + 1
    }
    return runs
  }
}

extension Replacement {
  /// Reads `pattern` and `content` of a normalizer or decoder.
  init(_ fields: Fields) throws {
    content = Array(try fields.requiredText("content").unicodeScalars)
    if let text = fields["pattern"]?["String"]?.text {
      guard !text.isEmpty else {
        throw fields.unsupported("pattern", value: "", hint: "expected a text that is not empty")
      }
      pattern = .text(Array(text.unicodeScalars))
    } else if let regex = fields["pattern"]?["Regex"]?.text {
      switch regex {
      case " +", " {1,}": pattern = .spaces(1)
      case " {2,}": pattern = .spaces(2)
      case "\\s+": pattern = .whitespace(1)
      case "\\s{2,}": pattern = .whitespace(2)
      case "\\s{2,}|[\\n\\r\\t]": pattern = .gaps
      default:
        guard !regex.isEmpty, !regex.contains(where: { ".^$*+?()[]{}|\\/".contains($0) }) else {
          throw fields.unsupported(
            "pattern", value: regex,
            hint: "known regular expressions are plain texts, ' {2,}', ' +', '\\s+', '\\s{2,}' and "
              + "'\\s{2,}|[\\n\\r\\t]'")
        }
        pattern = .text(Array(regex.unicodeScalars))
      }
    } else {
      throw fields.error("pattern", "an object with `String` or `Regex`")
    }
  }
}
