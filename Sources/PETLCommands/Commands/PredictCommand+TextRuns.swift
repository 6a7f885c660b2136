import Answers
import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes
import Training

extension PredictCommand {
  /// The run that is named, where it tells texts apart; nil for any other.
  ///
  /// - Throws: `DiagnosticError` when its recipe cannot be read.
  func textRun(_ registry: PluginRegistry) throws -> (folder: RunFolder, recipe: Recipe)? {
    guard let path = paths.first, network.weights == nil,
      FileManager.default.fileExists(atPath: path + "/recipe.yaml")
    else { return nil }
    let folder = try RunFolder(existing: path)
    let recipe = try folder.recipe(registry: registry, overrides: network.overrides)
    let isOfTexts = recipe.task == .classification && recipe.data.source == .text
    return isOfTexts ? (folder, recipe) : nil
  }

  /// Logits and vectors of the texts of `--data`, or of a split of the run's own.
  func predictTexts(_ folder: RunFolder, _ recipe: Recipe) throws {
    guard paths.count == 1 else {
      throw DiagnosticError(
        "\(paths[1]): texts are named by --data", hints: ["--data FILE.jsonl, .csv, .tsv or .txt"])
    }
    try network.refuseWeights(beside: folder.path)
    try language.refuse()
    if pooling != nil {
      throw DiagnosticError("--pooling goes with weights; a run has its own", hints: ["remove it"])
    }
    let format = try chosenFormat()
    if let output {
      try checkTable(
        output,
        apartFrom: [network.data, recipe.data.path, recipe.backbone.weights])
    }
    let split = try PredictorArguments.split(split, allowsBoth: true)
    let made =
      try network.data == nil ? makeExperiment(recipe) : folder.experimentOnOthers(recipe)
    guard let experiment = made as? TextClassificationExperiment else {
      stopProgram("A recipe of texts with labels makes an experiment of them.")
    }
    if network.data == nil { try folder.load(into: experiment) }
    for note in recipe.notes + folder.changes(recipe) { Terminal.note(note) }
    let kind = experiment.texts.kind
    guard kind == .classes || format == .safetensors && !json else {
      throw DiagnosticError(
        "\(folder.path) tells \(kind == .number ? "a number" : "several labels") of a text, which a .safetensors "
          + "file holds", hints: ["--output F.safetensors, without --json and --format"])
    }
    let (records, labels, name) = try texts(of: experiment, split)
    let predictions = try experiment.predictions(
      of: records, labels: labels, batchSize: network.batchSize)
    for note in predictions.notes { Terminal.note(note) }
    if let wrong = (predictions.logits ?? []).first(where: { !$0.isFinite }) {
      Terminal.complain("warning: not all answers are finite; one is \(wrong)")
    }
    let report = PredictionReport(
      predictions, classes: experiment.texts.classes,
      labels: labels.map { $0.map { experiment.texts.classes[$0] } }, top: top,
      metadata: experiment.fileMetadata.merging([
        "model": folder.path, "data": name, "petl": programVersion,
      ]) { own, _ in own })
    if let output, let format {
      try RunFailure.marking { try writeAtomically(report.bytes(format), to: output) }
    }
    if json {
      Terminal.say(json: Data(try report.bytes(.json)))
    } else if let output {
      Terminal.say("\(predictions.count) texts of \(name) are in \(output)")
    } else {
      printTable(report, of: "text")
    }
  }

  /// The texts that are asked about, the class of each where it is known, and what they are called.
  private func texts(
    of experiment: TextClassificationExperiment, _ split: Split
  ) throws -> ([TextRecord], [Int]?, String) {
    if let data = network.data {
      if self.split != "test" {
        throw DiagnosticError("--split is of the run's own texts, not of \(data)")
      }
      let (records, hasLabels) = try LabelledTexts.texts(
        data, TextLayout(experiment.recipe.text))
      if hasLabels {
        Terminal.note(
          Note(
            "the labels are not looked at: petl evaluate \(paths[0]) --data \(data) compares them",
            at: data))
      }
      return (records, nil, data)
    }
    let own = try experiment.texts.splits.records(of: split)
    let classes = own.compactMap { text in
      if case .one(let number) = text.label { number } else { nil }
    }
    return (
      own.map(\.record), classes.count == own.count ? classes : nil,
      "\(experiment.texts.splits.name) \(split.rawValue)"
    )
  }
}
