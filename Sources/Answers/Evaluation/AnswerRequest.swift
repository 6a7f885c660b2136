import Datasets
import PETL

/// How prompts are to be answered.
public struct AnswerRequest: Sendable {
  /// The template by which a prompt is the user's turn; nil for that of the model, if it has one.
  public var template: ChatTemplate?
  /// Whether prompts are taken as they are.
  public var isRaw = false
  /// How many tokens are written at most.
  public var maxTokens: Int
  /// Texts that an answer ends before.
  public var stops: [String] = []
  /// What is compared with the reference.
  public var extraction: AnswerExtraction

  /// Asks for the most probable tokens.
  public init(maxTokens: Int, extraction: AnswerExtraction) {
    (self.maxTokens, self.extraction) = (maxTokens, extraction)
  }
}

extension LanguagePredictor {
  /// Answers prompts, always with the most probable token, and compares.
  ///
  /// - Parameters:
  ///   - prompts: at least one.
  ///   - request: how.
  ///   - tell: gets the number of answers after each.
  /// - Returns: the answers in the order of the prompts.
  /// - Throws: `DiagnosticError` when a reference has no answer or a prompt no token, the model has a template that is not known, or as
  ///   `generate` does.
  public func answer(
    _ prompts: [AnsweredPrompt], _ request: AnswerRequest, tell: (Int) -> Void = { _ in }
  ) throws -> [GivenAnswer] {
    var mistakes: [Diagnostic] = []
    let references = prompts.map { prompt in
      let reference = request.extraction.reference(in: prompt.reference)
      if reference == nil {
        let mark = request.extraction == .gsm8k ? "number after '#### '" : "number"
        mistakes.append(
          Diagnostic(
            "\(prompt.place): the right answer has no \(mark)",
            hints: ["--extract none compares whole texts"]))
      }
      return reference ?? ""
    }
    let asked = try prompts.map { given in
      let prompt = try prompt(given.prompt, template: request.template, isRaw: request.isRaw)
      if let objection = objection(to: prompt.ids) {
        mistakes.append(Diagnostic("\(given.place): \(objection)"))
      }
      return prompt
    }
    guard mistakes.isEmpty else { throw listed(mistakes, "such answers") }
    return try zip(prompts, references).enumerated().map { index, pair in
      let prompt = asked[index]
      var wanted = TextGeneration.Request(prompt: prompt.ids, maxTokens: request.maxTokens)
      (wanted.stops, wanted.ends) = (request.stops, prompt.ends)
      let written = try generate(wanted, generator: RandomGenerator(seed: 0))
      tell(index + 1)
      return GivenAnswer(
        pair.0, reference: pair.1, written, request.extraction)
    }
  }
}
