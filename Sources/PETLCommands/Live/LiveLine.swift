import PETL

/// A piece of a line: its text, and how it is shown where there are colours.
struct Piece: Equatable, Sendable {
  /// How a text is set off; no meaning is carried by it alone.
  enum Style: String, Sendable {
    case plain = ""
    /// Figures that are looked for first.
    case strong = "1"
    /// What the figures are.
    case faint = "2"
    /// Bars and curves: cyan, which tells from white and black for every kind of colour vision.
    case picture = "36"
  }

  var text: String
  var style: Style

  /// Makes a piece of any text: what would command the terminal is written out.
  init(text: String, style: Style = .plain) {
    (self.text, self.style) = (text.printable, style)
  }
}

/// A line of fields that is fitted into a width: pictures shrink first, then what matters least goes.
struct LiveLine: Sendable {
  /// What stands between two fields.
  private static let gap = 2

  /// A part of a line.
  struct Field: Sendable {
    fileprivate enum Content: Sendable {
      case text([Piece])
      case picture(ClosedRange<Int>, @Sendable (Int) -> String)
    }

    fileprivate let content: Content
    /// The field with the lowest goes first.
    fileprivate let priority: Int

    /// A text.
    static func text(_ text: String, _ style: Piece.Style = .plain, priority: Int) -> Field {
      Field(content: .text([Piece(text: text, style: style)]), priority: priority)
    }

    /// A picture that can be of any width in a range.
    static func picture(
      _ widths: ClosedRange<Int>, priority: Int, _ draw: @escaping @Sendable (Int) -> String
    ) -> Field {
      Field(content: .picture(widths, draw), priority: priority)
    }

    fileprivate var smallest: Int {
      switch content {
      case .text(let pieces): pieces.reduce(0) { $0 + columns(of: $1.text) }
      case .picture(let widths, _): widths.lowerBound
      }
    }

    fileprivate var growth: Int {
      if case .picture(let widths, _) = content { widths.count - 1 } else { 0 }
    }

    fileprivate func pieces(_ more: Int) -> [Piece] {
      switch content {
      case .text(let pieces): pieces
      case .picture(let widths, let draw):
        [Piece(text: draw(widths.lowerBound + more), style: .picture)]
      }
    }
  }

  let fields: [Field]

  init(_ fields: [Field?]) {
    self.fields = fields.compactMap { $0 }
  }

  /// The line in at most `width` columns.
  func pieces(width: Int, _ glyphs: Glyphs) -> [Piece] {
    var fields = fields
    while let least = fields.indices.min(by: { fields[$0].priority < fields[$1].priority }) {
      let needed = fields.reduce(0) { $0 + $1.smallest } + Self.gap * (fields.count - 1)
      if needed <= width { return joined(fields, spare: width - needed) }
      if fields.count == 1 {
        return fields[0].pieces(0).map {
          Piece(text: cut($0.text, to: width, glyphs.ellipsis), style: $0.style)
        }
      }
      fields.remove(at: least)
    }
    return []
  }

  private func joined(_ fields: [Field], spare: Int) -> [Piece] {
    var (pieces, spare): ([Piece], Int) = ([], spare)
    for field in fields {
      if !pieces.isEmpty { pieces.append(Piece(text: String(repeating: " ", count: Self.gap))) }
      let more = min(spare, field.growth)
      spare -= more
      pieces += field.pieces(more)
    }
    return pieces
  }
}

/// How many columns of a terminal a text takes.
func columns(of text: String) -> Int {
  text.reduce(0) { $0 + columns(of: $1) }
}

private func columns(of character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first, scalar.value > 0x2FF else { return 1 }
  if scalar.properties.isEmojiPresentation { return 2 }
  switch scalar.value {
  // Hangul, and from the radicals of CJK to their full-width forms.
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// A text of at most `width` columns.
func cut(_ text: String, to width: Int, _ ellipsis: Character) -> String {
  guard columns(of: text) > width else { return text }
  var (kept, used) = ("", 0)
  for character in text {
    used += columns(of: character)
    guard used < width else { break }
    kept.append(character)
  }
  return width > 0 ? kept + String(ellipsis) : ""
}
