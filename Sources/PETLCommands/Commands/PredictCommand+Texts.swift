import Answers
import Backbones
import Checkpoints
import Datasets
import PETL

extension PredictCommand {
  /// Writes a vector for each text of a file.
  func predictTexts(_ weights: String, _ registry: PluginRegistry) throws {
    guard paths.isEmpty else {
      throw DiagnosticError(
        "\(paths[0]): texts are named by --data", hints: ["--data FILE.txt, or FILE.jsonl"])
    }
    guard let output, try chosenFormat() == .safetensors, !json, split == "test" else {
      throw DiagnosticError(
        "a language model without a head of classes gives features, which a .safetensors file holds",
        hints: ["--output F.safetensors, without --json, --format and --split"])
    }
    let path = try network.texts()
    let predictor = try network.languagePredictor(weights, language, registry)
    let pooling = try chosenPooling()
    let records = try language.texts(path, .lines, for: predictor)
    if let note = language.length.flatMap(predictor.note) { Terminal.note(note) }
    let predictions = try predictor.features(
      of: records, pooling: pooling, length: language.length,
      batchSize: network.batchSize ?? 32)
    for note in predictions.notes { Terminal.note(note) }
    if let wrong = predictions.features.first(where: { !$0.isFinite }) {
      Terminal.complain("warning: not all features are finite; one is \(wrong)")
    }
    let report = PredictionReport(
      predictions, classes: [], labels: nil, top: top,
      metadata: [
        "model": predictor.name, "data": path, "pooling": pooling.rawValue,
        "petl": programVersion,
      ])
    try RunFailure.marking { try writeAtomically(report.bytes(.safetensors), to: output) }
    Terminal.say(
      "\(predictions.count) texts of \(path) are in \(output) (\(pooling.rawValue) of tokens)")
  }

  private func chosenPooling() throws -> TextPooling {
    guard let pooling else { return .mean }
    guard let known = TextPooling(rawValue: pooling) else {
      let names = TextPooling.allCases.map(\.rawValue)
      let nearest = nearestName(to: pooling, among: names).map { ["did you mean '\($0)'?"] } ?? []
      throw DiagnosticError(
        "there is no pooling '\(pooling)'",
        hints: nearest + ["expected \(names.joined(separator: ", "))"])
    }
    return known
  }
}
