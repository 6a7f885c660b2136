import Answers
import Datasets
import Networks
import PETL

extension EvaluateCommand {
  /// Measures how well a language model predicts the tokens of texts.
  func measureTexts(_ weights: String, _ registry: PluginRegistry) throws {
    for (option, isGiven) in [
      ("--per-class", perClass), ("--confusion", confusion), ("--output", output != nil),
      ("--split", split != "test"),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with classes; a language model is measured by its perplexity")
    }
    let path = try network.texts()
    let predictor = try network.languagePredictor(weights, language, registry)
    let records = try language.texts(path, .whole, for: predictor)
    let figures = try predictor.measure(
      records, length: language.length, batchSize: network.batchSize ?? 8)
    if json { return try Terminal.printJSON(figures) }
    Terminal.say(
      Terminal.table(
        ["texts", "tokens", "loss", "perplexity"],
        [
          [
            grouped(figures.texts), grouped(figures.tokens), fixed(figures.loss, 4),
            fixed(figures.perplexity, 3),
          ]
        ]))
    Terminal.say("\nloss in nats a token; at most \(figures.length) tokens are read at once")
  }
}
