import Backbones
import Datasets
import Networks
import PETL
import Tokenization

/// The tokens of a question with one of its choices behind it.
struct ChoiceText {
  /// The tokens; at least one stands before the choice.
  private(set) var ids: [Int]
  /// Where the tokens of the choice begin.
  private(set) var start: Int

  /// Tokenizes a question and a choice as lm-evaluation-harness does.
  ///
  /// A space stands before the choice; white space at the end of the question goes with it. Both are tokenized as
  /// one text, in which the choice begins after as many tokens as the question has by itself. Where nothing stands
  /// before the choice, the token that begins a text does, or else the one that ends it.
  ///
  /// - Parameters:
  ///   - question: with its choices.
  ///   - choice: which one, from 0.
  ///   - tokenizer: of the network.
  ///   - limit: the most tokens that are read at once.
  /// - Throws: `DiagnosticError` when the choice has no token or too many, or nothing can stand before it.
  init(
    _ question: ChoiceQuestion, _ choice: Int, _ tokenizer: Tokenizer, limit: Int
  ) throws {
    let scalars = question.context.unicodeScalars
    let last = scalars.lastIndex { !$0.properties.isWhitespace }
    let end = last.map(scalars.index(after:)) ?? scalars.startIndex
    let context = String(scalars[..<end])
    let rest = String(scalars[end...]) + " " + question.choices[choice]
    var record = TextRecord([.init(context, counts: false), .init(rest, counts: true)])
    let begin = tokenizer.special.bos
    record.isFramed =
      begin != nil && tokenizer.encode(context, addsSpecialTokens: false).first == begin
    let text = TokenizedText(record, tokenizer)
    func refusal(_ words: String) -> DiagnosticError {
      DiagnosticError("\(question.place): choice \(choice) (from 0) \(words)")
    }
    guard let first = text.counts.firstIndex(of: true),
      let final = text.counts.lastIndex(of: true)
    else { throw refusal("adds no token to the question") }
    guard final - first + 1 < limit else {
      throw refusal(
        "has \(final - first + 1) tokens, and at most \(limit) are read, one before it among them")
    }
    (ids, start) = (Array(text.ids[...final]), first)
    guard start == 0 else { return }
    guard let before = begin ?? tokenizer.special.eos else {
      throw refusal("has nothing before it, and the tokenizer has no token that begins a text")
    }
    ids.insert(before, at: 0)
    start = 1
  }

  /// The text without its beginning.
  ///
  /// - Parameter limit: the most tokens, more than the choice has.
  /// - Returns: its last tokens.
  func shortened(to limit: Int) -> ChoiceText {
    var text = self
    let surplus = max(0, ids.count - limit)
    text.ids.removeFirst(surplus)
    text.start -= surplus
    return text
  }

  /// Some of them at once.
  ///
  /// - Returns: with the tokens of the choices as targets.
  static func batch(_ texts: [ChoiceText]) -> (batch: TokenBatch, targets: [Int?]) {
    let batch = TokenBatch(texts.map(\.ids))
    let counts = texts.flatMap { text in (0..<batch.length).map { $0 >= text.start } }
    return (batch, batch.targets(counting: counts))
  }
}
