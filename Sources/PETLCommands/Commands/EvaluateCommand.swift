import Answers
import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl evaluate`.
struct EvaluateCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on a split: accuracy, loss, each class, confusions.",
    discussion: """
      Given the folder of a run, measures the model it ended with, on its own data or on --data. \
      Given a recipe, measures the network with its own pre-trained head on the recipe's data. Given \
      --weights and --data, measures a file of weights, with --adapter an adapter on them. Weights of a \
      language model (a folder of Hugging Face's, or a .gguf) are measured on texts: loss and perplexity; on \
      questions with choices: how often the right one is the most probable; with --generate on what it answers.

      Examples:
        petl evaluate runs/quickstart
        petl evaluate runs/quickstart --per-class --confusion --output table.csv
        petl evaluate --weights w.safetensors --data set.safetensors --json
        petl evaluate --weights w.safetensors --adapter lora --data digits --verify
        petl evaluate --weights SmolLM2-135M --data book.txt --length 512 --json
        petl evaluate --weights SmolLM2-135M --data choices.jsonl
        petl evaluate --weights m.gguf --data gsm8k.jsonl --generate --output a.jsonl
      """)

  @Argument(help: "The folder of a run, or a recipe.", completion: .file())
  var target: String?

  @OptionGroup var network: PredictorArguments

  @OptionGroup var language: LanguageArguments

  @OptionGroup var answers: AnswerArguments

  @Option(help: "The split: train, val or test.")
  var split = "test"

  @Flag(help: "Show each class: examples, correct answers, accuracy.")
  var perClass = false

  @Flag(help: "Show which classes were taken for which.")
  var confusion = false

  @Option(
    help:
      "A file to write: a CSV with a line for each class, with --confusion a column for each answer; of a language model's questions a JSON line for each.",
    completion: .file(extensions: ["csv", "jsonl"]))
  var output: String?

  @Flag(help: "Print one JSON object with examples, accuracy, loss and what else was asked for.")
  var json = false

  /// What was measured, and what it is of.
  private struct Outcome {
    let name: String
    let classes: [String]
    let figures: (evaluation: Evaluation, confusion: ConfusionMatrix)
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [target, network.adapter].compactMap(\.self) }

  func run(with registry: PluginRegistry) throws {
    if target == nil, let weights = network.languageWeights {
      return try measureLanguage(weights, registry)
    }
    try language.refuse()
    try answers.refuse("it is of language models")
    let split = try PredictorArguments.split(split, allowsBoth: false)
    if let output { try checkWritable(output) }
    let isRun = target.map { FileKind.seen(at: $0) == .folder } ?? false
    let caution =
      isRun ? target.flatMap { try? RunFolder(existing: $0).summary().bestOnTest } : nil
    if let caution { Terminal.complain("warning: \(caution)") }
    if let target, let experiment = try withoutClasses(target, isRun: isRun, registry) {
      return try report(experiment, split, caution)
    }
    let outcome: Outcome
    if let target, !isRun || network.data == nil {
      outcome = try ownData(target, isRun: isRun, split, registry)
    } else {
      outcome = try measured(try network.predictor(run: target, registry), split)
    }
    let report = EvaluationReport(
      outcome.figures, classes: outcome.classes, showsClasses: perClass,
      showsConfusion: confusion, bestOnTest: caution)
    if let output {
      try RunFailure.marking { try writeAtomically(Array(report.csv.utf8), to: output) }
    }
    if json { return try Terminal.printJSON(report) }
    Terminal.say(report.text(of: "\(outcome.name) \(split.rawValue)"))
    if let output { Terminal.say("\nthe classes are in \(output)") }
  }

  /// The experiment of a recipe or a run of a task without classes; nil for another task.
  private func withoutClasses(
    _ target: String, isRun: Bool, _ registry: PluginRegistry
  ) throws -> (any TrainableExperiment)? {
    let folder = isRun ? try RunFolder(existing: target) : nil
    var recipe =
      try folder?.recipe(registry: registry, overrides: network.overrides)
      ?? Recipe(path: target, overrides: network.overrides, registry: registry)
    guard !recipe.hasClasses else { return nil }
    try network.refuseWeights(beside: target)
    guard network.data == nil, !perClass, !confusion, output == nil else {
      let given = [
        ("--data", network.data != nil), ("--per-class", perClass), ("--confusion", confusion),
        ("--output", output != nil),
      ].filter(\.1).map(\.0).joined(separator: " and ")
      let reason =
        recipe.task == .classification
        ? "tells texts apart, of which there are no tables of classes yet"
        : "is of \(recipe.task.rawValue), which has no classes"
      throw DiagnosticError(
        "\(target) \(reason): \(given) cannot be used",
        hints: [
          recipe.task == .classification
            ? "petl predict \(target) --output FILE.csv has the label and the answer of each text"
            : "change the \(recipe.data.source.rawValue) by --set data.path=FILE"
        ])
    }
    if let folder {
      let experiment = try makeExperiment(recipe)
      try folder.load(into: experiment)
      return experiment
    }
    // Untrained adapters are no part of the pre-trained network.
    recipe.adapter = nil
    recipe.regularizers = []
    return try makeExperiment(recipe, isTrained: false)
  }

  /// Measures a split and prints its figures.
  private func report(
    _ experiment: any TrainableExperiment, _ split: Split, _ caution: String?
  ) throws {
    try experiment.check(split)
    let figures = try Workers.with(count: experiment.recipe.threads) {
      try RunFailure.marking {
        try ImageReport.during { try experiment.evaluate(split, batchSize: network.batchSize) }
      }
    }
    if json { return try Terminal.printJSON(Figures(figures: figures, bestOnTest: caution)) }
    let table = experiment.table(of: figures, split)
    Terminal.say(
      Terminal.table(table.header, table.rows) + (table.footer.isEmpty ? "" : "\n" + table.footer))
    if let caution { Terminal.say(caution) }
  }

  /// The figures, and that the test split chose the run's epoch where it did.
  private struct Figures: Encodable {
    let figures: Evaluation
    let bestOnTest: String?

    private enum Key: CodingKey {
      case bestOnTest, perplexity
    }

    func encode(to encoder: any Encoder) throws {
      try figures.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encodeIfPresent(bestOnTest, forKey: .bestOnTest)
      try container.encodeIfPresent(figures.perplexity, forKey: .perplexity)
    }
  }

  private func measured(_ predictor: Predictor, _ split: Split) throws -> Outcome {
    let dataset = try predictor.dataset(network.data)
    let match = try predictor.classMatch(with: dataset)
    let images = try dataset.images(of: split)
    for note in predictor.notes + match.notes + dataset.notes {
      Terminal.note(note)
    }
    try network.verifyIfAsked(predictor)
    let figures = try ImageReport.during {
      try predictor.evaluate(
        images, of: dataset, batchSize: network.batchSize ?? predictor.batchSize,
        onError: network.onImageError(predictor, ownImages: network.data == nil))
    }
    for note in figures.notes { Terminal.note(note) }
    return Outcome(
      name: dataset.name, classes: match.names,
      figures: (figures.evaluation, figures.confusion))
  }

  private func measured(
    _ experiment: Experiment, _ match: ClassMatch, _ split: Split
  ) throws -> Outcome {
    let pipeline = try ImageReport.during { try experiment.pipeline() }
    for note in match.notes + pipeline.notes + experiment.dataset.notes {
      Terminal.note(note)
    }
    guard let images = pipeline.images(of: split) else {
      throw experiment.recipe.noSplit(split, of: experiment.dataset)
    }
    let batchSize = network.batchSize ?? experiment.recipe.batchSize
    // The same count of threads gives the same bits as the run had.
    let figures = try Workers.with(count: experiment.recipe.threads) {
      try RunFailure.marking {
        experiment.model.evaluateInDetail(images, pipeline, batchSize: batchSize)
      }
    }
    return Outcome(
      name: experiment.dataset.name, classes: match.names, figures: figures)
  }

  /// Measures the model of a run, or the pre-trained head of a recipe, on the data of its recipe.
  private func ownData(
    _ target: String, isRun: Bool, _ split: Split, _ registry: PluginRegistry
  ) throws -> Outcome {
    try network.refuseWeights(beside: target)
    if isRun {
      let folder = try RunFolder(existing: target)
      let experiment = try Experiment(
        folder.recipe(
          registry: registry,
          overrides: network.overrides + (network.onError.map { ["data.on_error=\($0)"] } ?? [])))
      let match = try folder.headClasses(registry: registry).matched(with: experiment.dataset)
      guard match.isIdentity else {
        try requireUntrained(split, experiment)
        return try measured(network.predictor(run: target, registry), split)
      }
      try folder.load(into: experiment)
      try network.verifyIfAsked(
        Predictor(run: target, registry: registry, overrides: network.overrides))
      return try measured(experiment, match, split)
    }
    if network.verify {
      throw DiagnosticError(
        "--verify needs an adapter; a recipe has none yet", hints: ["name the folder of its run"])
    }
    if network.data != nil {
      throw DiagnosticError(
        "--data goes with a run or with --weights; the recipe \(target) names its own",
        hints: ["change it by --set data.path=FILE"])
    }
    var recipe = try Recipe(path: target, overrides: network.overrides, registry: registry)
    // An untrained adapter is no part of the pre-trained network.
    recipe.adapter = nil
    recipe.regularizers = []
    let predictor = try Predictor(pretrained: recipe)
    let experiment = try Experiment(recipe)
    let match = try predictor.classMatch(with: experiment.dataset)
    guard match.isIdentity else {
      try requireUntrained(split, experiment)
      return try measured(predictor, split)
    }
    try experiment.usePretrainedHead()
    return try measured(experiment, match, split)
  }

  /// Refuses a split that the recipe trains on under another name.
  private func requireUntrained(_ split: Split, _ experiment: Experiment) throws {
    guard split == .val, experiment.recipe.data.trainSplit != .train else { return }
    throw experiment.recipe.noSplit(split, of: experiment.dataset)
  }
}
