import PETL

/// Turns libyaml's marks into places in the text that the user wrote.
///
/// libyaml counts Unicode scalars, a caret needs characters; and the value of an override stands
/// after its path, at an offset in the quoted line.
final class SpanLocator {
  let source: SourceText
  /// The Unicode scalars before the parsed text in the first line.
  private let offset: Int
  /// For each line that is not ASCII, the character that each Unicode scalar belongs to.
  private var characterOfScalar: [Int: [Int]] = [:]

  init(_ source: SourceText, offset: Int = 0) {
    self.source = source
    self.offset = offset
  }

  /// The place from `start` to `end`, or to the end of the line if it goes on.
  func span(_ start: YAMLMark, _ end: YAMLMark) -> SourceSpan {
    let (start, end) = (withinText(start), withinText(end))
    let first = column(start)
    let last =
      end.line == start.line
      ? column(end)
      : source.lines.indices.contains(start.line) ? source.lines[start.line].count : first + 1
    return SourceSpan(
      source: source, line: start.line + 1, column: first + 1, length: last - first)
  }

  /// The place of one character.
  func span(_ mark: YAMLMark) -> SourceSpan {
    let mark = withinText(mark)
    return SourceSpan(source: source, line: mark.line + 1, column: column(mark) + 1)
  }

  /// The place of a byte of the text.
  func span(ofByte byte: Int, in bytes: some Collection<UInt8>) -> SourceSpan {
    let before = String(decoding: bytes.prefix(byte), as: UTF8.self)
    let lines = SourceText(name: "", text: before).lines
    let column = lines.last?.count ?? 0
    let shift = lines.count == 1 ? offset : 0
    return SourceSpan(source: source, line: lines.count, column: column + shift + 1)
  }

  /// The mark itself, or the end of the text where libyaml counts a line after it.
  private func withinText(_ mark: YAMLMark) -> YAMLMark {
    let last = source.lines.count - 1
    guard mark.line > last else { return mark }
    let length = source.lines[last].unicodeScalars.count
    return YAMLMark(line: last, column: last == 0 ? length - offset : length)
  }

  private func column(_ mark: YAMLMark) -> Int {
    let scalar = mark.column + (mark.line == 0 ? offset : 0)
    let table = table(mark.line)
    guard !table.isEmpty else { return scalar }
    return scalar < table.count ? table[scalar] : (table.last ?? 0) + 1
  }

  /// The table of a line; empty when the line is ASCII and needs none.
  private func table(_ line: Int) -> [Int] {
    if let known = characterOfScalar[line] { return known }
    guard source.lines.indices.contains(line) else { return [] }
    let text = source.lines[line]
    var table: [Int] = []
    if !text.utf8.allSatisfy({ $0 < 0x80 }) {
      for (index, character) in text.enumerated() {
        table += repeatElement(index, count: character.unicodeScalars.count)
      }
    }
    characterOfScalar[line] = table
    return table
  }
}
