import Answers
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Training

extension EvaluateCommand {
  /// Measures how many questions a language model answers by the choice that it finds most probable.
  func measureChoices(_ path: String, _ weights: String, _ registry: PluginRegistry) throws {
    guard language.template == nil else {
      throw DiagnosticError(
        "--template is of conversations; questions with choices are read as they are")
    }
    let questions = try ChoiceQuestion.read(path)
    if let output { try checkTable(output, apartFrom: [path, weights]) }
    let predictor = try network.languagePredictor(weights, language, registry)
    if let note = language.length.flatMap(predictor.note) { Terminal.note(note) }
    let figures = try predictor.answer(
      questions, length: language.length, batchSize: network.batchSize ?? 8)
    if figures.shortened > 0 {
      Terminal.note(
        .warning(
          "\(figures.shortened) choices with their questions are longer than is read at once: the beginnings of the "
            + "questions are left out"))
    }
    try write(figures.answers)
    if json { return try Terminal.printJSON(figures) }
    Terminal.say(
      Terminal.table(
        ["questions: \(grouped(figures.questions))", "right", "standard error"],
        [
          [
            "by probability", percent(figures.accuracy), share(figures.standardError),
          ],
          [
            "by probability for each character", percent(figures.accuracyNormalized),
            share(figures.standardErrorNormalized),
          ],
        ]))
  }

  /// Lets a language model answer prompts, and measures how many answers are right and how much they differ.
  func measureAnswers(_ path: String, _ weights: String, _ registry: PluginRegistry) throws {
    for (option, isGiven) in [
      ("--length", language.length != nil), ("--batch-size", network.batchSize != nil),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) does not go with --generate, which writes one text at a time")
    }
    guard !answers.raw || language.template == nil else {
      throw DiagnosticError("--raw and --template contradict each other")
    }
    let template = try language.chatTemplate()
    let prompts = try AnsweredPrompt.read(path)
    if let output { try checkTable(output, apartFrom: [path, weights]) }
    let predictor = try network.languagePredictor(weights, language, registry)
    var request = AnswerRequest(
      maxTokens: answers.maxTokens ?? 256, extraction: extraction(of: prompts))
    (request.template, request.isRaw, request.stops) = (template, answers.raw, answers.stop)
    if let note = try predictor.prompt("", template: template, isRaw: answers.raw).note {
      Terminal.note(note)
    }
    var next = Date() + 5
    let given = try predictor.answer(prompts, request) { count in
      guard Date() >= next, count < prompts.count else { return }
      next = Date() + 60
      Terminal.tell("\(grouped(count))/\(grouped(prompts.count)) prompts answered, \(path)")
    }
    let figures = AnswerFigures(given, request.extraction)
    for note in predictor.notes(on: given.map { ($0.length, $0.isOutOfPositions) }) {
      Terminal.note(note)
    }
    try write(given)
    if json { return try Terminal.printJSON(figures) }
    let flexible = figures.exactMatchFlexible.map {
      [["the last number is right", percent($0), share(figures.standardErrorFlexible)]]
    }
    let what =
      switch figures.extraction {
      case .gsm8k: "the number after #### is right"
      case .lastNumber: "the last number is right"
      case .none: "the whole text is right"
      }
    Terminal.say(
      Terminal.table(
        ["prompts: \(grouped(figures.examples))", "share", "standard error"],
        [[what, percent(figures.exactMatch), share(figures.standardError)]] + (flexible ?? [])))
    Terminal.say("\n" + figures.diversity.table)
    if figures.cut > 0 {
      Terminal.say("\nanswers that --max-tokens ended: \(figures.cut)")
    }
  }

  /// What is compared, where nobody says: of right answers that all have one the number after `####`.
  private func extraction(of prompts: [AnsweredPrompt]) -> AnswerExtraction {
    if let named = answers.extract.flatMap(AnswerExtraction.init) { return named }
    guard prompts.allSatisfy({ AnswerExtraction.gsm8k.reference(in: $0.reference) != nil }) else {
      return .none
    }
    Terminal.note(
      .guess("the right answers are numbers after ####, as with --extract gsm8k"))
    return .gsm8k
  }

  /// Writes a JSON line for each answer, if there is a file for them.
  private func write(_ answers: [some Encodable]) throws {
    guard let output else { return }
    let encoder = JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes])
    var bytes: [UInt8] = []
    for answer in answers { bytes += try encoder.encode(answer) + [0x0A] }
    try RunFailure.marking { try writeAtomically(bytes, to: output) }
  }

  private func share(_ standardError: Double?) -> String {
    standardError.map { percent($0) } ?? "–"
  }
}
