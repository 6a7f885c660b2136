import Backbones
import Datasets
import Networks
import PETL

extension LanguagePredictor {
  /// Answers questions by the choice that is most probable after them, as lm-evaluation-harness does.
  ///
  /// Texts of like length go together. A question that does not fit before a choice loses its beginning.
  ///
  /// - Parameters:
  ///   - questions: at least one.
  ///   - length: the most tokens of a question with a choice; nil for what the network was made for.
  ///   - batchSize: choices at once.
  /// - Returns: the answers and the share of right ones.
  /// - Throws: `DiagnosticError` when the network predicts no tokens, the length does not fit it, or a choice has no
  ///   token or too many.
  public func answer(
    _ questions: [ChoiceQuestion], length: Int? = nil, batchSize: Int
  ) throws -> ChoiceFigures {
    require(!questions.isEmpty, "There is a question to answer.")
    let decoder = try decoder(to: "answer questions")
    let limit = try limit(length, otherwise: configuration.longestText ?? configuration.context)
    var mistakes: [Diagnostic] = []
    var texts: [ChoiceText] = []
    for question in questions {
      for choice in question.choices.indices {
        try mistakes.collect {
          texts.append(try ChoiceText(question, choice, tokenizer, limit: limit))
        }
      }
    }
    guard mistakes.isEmpty else { throw listed(mistakes, "such choices") }
    let long = texts.count { $0.ids.count > limit }
    texts = texts.map { $0.shortened(to: limit) }
    var sums = [Double](repeating: 0, count: texts.count)
    let order = texts.indices.sorted { (texts[$0].ids.count, $0) < (texts[$1].ids.count, $1) }
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let part = order[start..<min(order.count, start + batchSize)]
      let (batch, targets) = ChoiceText.batch(part.map { texts[$0] })
      let logs = noGradient {
        decoder.logProbabilities(
          decoder.hidden(batch, adapters: adapters, pass: pass(batch.count)), targets: targets)
      }
      for (row, index) in part.enumerated() {
        let rows = row * batch.length..<(row + 1) * batch.length
        sums[index] = zip(logs[rows], targets[rows]).reduce(0) {
          $1.1 == nil ? $0 : $0 + Double($1.0)
        }
      }
    }
    guard sums.allSatisfy(\.isFinite) else {
      throw DiagnosticError("\(name): the network gives probabilities that are no numbers")
    }
    var rest = sums[...]
    let answers = questions.map { question in
      defer { rest = rest.dropFirst(question.choices.count) }
      return ChoiceAnswer(question, Array(rest.prefix(question.choices.count)))
    }
    return ChoiceFigures(answers, shortened: long)
  }
}
