/// The numbers of the tokens that a network gives a meaning of their own; nil where it has none.
public struct SpecialTokens: Sendable, Equatable {
  /// The beginning of a text.
  public var bos: Int?
  /// The end of a text, as it is put behind one.
  public var eos: Int?
  /// All tokens that generation ends at, `eos` among them.
  public var ends: Set<Int> = []
  /// What fills a shorter text up.
  public var pad: Int?
  /// What stands for what the vocabulary lacks.
  public var unk: Int?
  /// What a sentence's class is read from.
  public var cls: Int?
  /// What stands between and after sentences.
  public var sep: Int?
  /// What stands for a hidden word.
  public var mask: Int?

  /// No token yet.
  public init() {}
}
