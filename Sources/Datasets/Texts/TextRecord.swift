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
  /// Where it stands.
  public var place: LinePlace

  /// Makes a text.
  ///
  /// - Parameters:
  ///   - parts: the stretches.
  ///   - pair: the second of two texts; nil for one.
  ///   - isFramed: whether the text holds its special tokens already.
  ///   - place: where it stands.
  public init(
    _ parts: [Part], pair: String? = nil, isFramed: Bool = false, at place: LinePlace = LinePlace(1)
  ) {
    (self.parts, self.pair, self.isFramed, self.place) = (parts, pair, isFramed, place)
  }

  /// All stretches together.
  public var text: String { parts.map(\.text).joined() }
}

extension TextRecord: CustomReflectable {
  /// Its parts without the path of its file: digests of texts, which are made of its description, are the same
  /// wherever the file lies.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "parts": parts, "pair": pair as Any, "isFramed": isFramed, "isFile": isFile,
        "line": place.line,
      ], displayStyle: .struct)
  }
}
