/// One text: what a language model reads and what of it counts.
public struct TextRecord: Sendable, Hashable {
  /// A stretch of a text.
  public struct Part: Sendable, Hashable {
    /// The text.
    public var text: String
    /// Whether its tokens are to be predicted; others are read only.
    public var counts: Bool

    /// Makes a stretch.
    public init(_ text: String, counts: Bool) { (self.text, self.counts) = (text, counts) }
  }

  /// The stretches, which follow each other.
  public var parts: [Part]
  /// The second of two texts that are compared, such as a hypothesis; nil for one text.
  public var pair: String?
  /// Whether the text holds its special tokens already, as one that a chat template made.
  public var isFramed = false
  /// Whether it is a whole file of plain text, which is cut to stretches where others are shortened.
  public var isFile = false
  /// The number of its line in the file, from 1.
  public var line: Int

  /// Makes a text.
  ///
  /// - Parameters:
  ///   - parts: the stretches.
  ///   - pair: the second of two texts; nil for one.
  ///   - isFramed: whether the text holds its special tokens already.
  ///   - line: the number of its line in the file, from 1.
  public init(_ parts: [Part], pair: String? = nil, isFramed: Bool = false, line: Int = 1) {
    (self.parts, self.pair, self.isFramed, self.line) = (parts, pair, isFramed, line)
  }

  /// All stretches together.
  public var text: String { parts.map(\.text).joined() }
}
