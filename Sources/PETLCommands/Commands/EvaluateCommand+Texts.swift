import Answers
import Datasets
import Networks
import PETL

extension EvaluateCommand {
  /// Measures a language model: by choices, by what it writes, or by how well it predicts texts.
  func measureLanguage(_ weights: String, _ registry: PluginRegistry) throws {
    for (option, isGiven) in [
      ("--per-class", perClass), ("--confusion", confusion), ("--split", split != "test"),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with classes; a language model is measured by its perplexity or its answers"
      )
    }
    let path = try network.texts()
    let kind = try QuestionKind(of: path)
    if answers.generate {
      guard kind != .choice else {
        throw DiagnosticError(
          "\(path) has choices, which are compared by their probabilities: leave --generate out")
      }
      return try measureAnswers(path, weights, registry)
    }
    try answers.refuse("without --generate nothing is written")
    switch kind {
    case .text: try measureTexts(path, weights, registry)
    case .choice: try measureChoices(path, weights, registry)
    case .open:
      throw DiagnosticError(
        "\(path) has questions without 'choices'",
        hints: [
          "--generate lets the model answer them in its own words",
          #"how well an answer is predicted is measured of {"prompt": "…", "completion": "…"}"#,
        ])
    }
  }

  /// Measures how well a language model predicts the tokens of texts.
  private func measureTexts(
    _ path: String, _ weights: String, _ registry: PluginRegistry
  ) throws {
    guard output == nil else {
      throw DiagnosticError(
        "--output goes with classes, choices or --generate; a text is measured by its perplexity")
    }
    let predictor = try network.languagePredictor(weights, language, registry)
    let records = try language.texts(path, .whole, for: predictor)
    if let note = language.length.flatMap(predictor.note) { Terminal.note(note) }
    let figures = try predictor.measure(
      records, length: language.length, batchSize: network.batchSize ?? 8)
    if json { return try Terminal.printJSON(figures) }
    Terminal.say(
      Terminal.table(
        ["texts", "tokens", "loss", "perplexity", "of words", "of bytes", "bits a byte"],
        [
          [
            grouped(figures.texts), grouped(figures.tokens), fixed(figures.loss, 4),
            fixed(figures.perplexity, 3), figures.wordPerplexity.map { fixed($0, 3) } ?? "–",
            fixed(figures.bytePerplexity, 4), fixed(figures.bitsPerByte, 4),
          ]
        ]))
    Terminal.say("\nloss in nats a token; at most \(figures.length) tokens are read at once")
  }
}
