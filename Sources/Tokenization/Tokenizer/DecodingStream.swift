/// The text of tokens that come one by one: whole characters as soon as they are there.
///
/// What it gives, one after the other, is what decoding all tokens at once gives. One case differs where a
/// tokenizer has tokens for single bytes: of such bytes side by side that are no text `decode` makes U+FFFD of
/// every one, also of those that were a character and were given before.
public struct DecodingStream: Sendable {
  /// How many tokens that end within a character are waited for at most (our choice; a character has four
  /// bytes).
  static let mostWaiting = 8

  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  /// The tokens of the text that was given last, so that what comes next is not taken for a beginning.
  private var context: [Int] = []
  /// The tokens whose text is still to be given.
  private var waiting: [Int] = []

  init(_ tokenizer: Tokenizer, skipsSpecialTokens: Bool) {
    (self.tokenizer, self.skipsSpecialTokens) = (tokenizer, skipsSpecialTokens)
  }

  /// The text that a token completes; empty while a character is not whole.
  public mutating func append(_ id: Int) -> String {
    waiting.append(id)
    let text = newText
    guard !text.isEmpty else { return "" }
    let endsWithin = text.suffix(3).elementsEqual("\u{FFFD}".utf8)
    guard !endsWithin || waiting.count >= Self.mostWaiting else { return "" }
    return give(text)
  }

  /// The rest of the text, after the last token.
  public mutating func finish() -> String { give(newText) }

  /// What the waiting tokens add to the text of those before them.
  private var newText: [UInt8] {
    let before = tokenizer.bytes(of: context, skipsSpecialTokens: skipsSpecialTokens)
    let after = tokenizer.bytes(of: context + waiting, skipsSpecialTokens: skipsSpecialTokens)
    return Array(after.dropFirst(before.count))
  }

  private mutating func give(_ text: [UInt8]) -> String {
    if !text.isEmpty { context = waiting }
    waiting = []
    return String(decoding: text, as: UTF8.self)
  }
}
