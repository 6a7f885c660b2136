/// How many words and bytes some texts have.
public struct TextSize: Sendable, Hashable {
  /// Stretches between white space.
  public let words: Int
  /// Bytes of UTF-8.
  public let bytes: Int

  /// Counts what of some texts is to be predicted.
  ///
  /// - Parameter records: the texts; stretches of one that follow each other and count are one stretch.
  public init(counting records: [TextRecord]) {
    var (words, bytes) = (0, 0)
    for record in records {
      for run in record.parts.split(whereSeparator: { !$0.counts }) {
        let text = run.map(\.text).joined()
        words += text.whitespaceWords.count
        bytes += text.utf8.count
      }
    }
    (self.words, self.bytes) = (words, bytes)
  }
}

extension String {
  /// What stands between white space, as Unicode has it.
  public var whitespaceWords: [Substring] {
    unicodeScalars.split { $0.properties.isWhitespace }.map(Substring.init)
  }
}
