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
        petl evaluate runs/questions --data other.jsonl --per-class
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

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [target, network.adapter].compactMap(\.self) }

  func run(with registry: PluginRegistry) throws {
    if target == nil, let weights = network.languageWeights {
      return try measureLanguage(weights, registry)
    }
    try language.refuse()
    try answers.refuse(
      "it goes with --weights of a language model"
        + (target.map { ", to which the adapter of \($0) is given by --adapter" } ?? ""))
    let split = try PredictorArguments.split(split, allowsBoth: false)
    if let output {
      if URL(fileURLWithPath: output).pathExtension.lowercased() == "json" {
        throw DiagnosticError(
          "\(output): the table of classes is written as CSV", hints: ["--json prints all figures"])
      }
      try checkTable(
        output, apartFrom: inputs(of: target, registry) + [network.weights, network.data])
    }
    let isRun = target.map { FileKind.seen(at: $0) == .folder } ?? false
    let caution =
      isRun ? target.flatMap { try? RunFolder(existing: $0).summary().bestOnTest } : nil
    if let caution { Terminal.complain("warning: \(caution)") }
    let report: EvaluationReport
    if let target, let experiment = try ofOtherTask(target, isRun: isRun, registry) {
      report = try self.report(experiment, split, caution)
    } else {
      let found =
        if let target, !isRun || network.data == nil {
          try ownData(target, isRun: isRun, split, registry)
        } else {
          try onOthers(target, split, registry)
        }
      report = EvaluationReport(
        found, showsClasses: perClass, showsConfusion: confusion, bestOnTest: caution)
    }
    if let output {
      try RunFailure.marking { try writeAtomically(Array(report.csv.utf8), to: output) }
    }
    if json { return try Terminal.printJSON(report) }
    Terminal.say(report.text)
    if let output { Terminal.say("\nthe classes are in \(output)") }
  }

  /// Measures weights, or the model of a run, on other images than its own.
  private func onOthers(
    _ run: String?, _ split: Split, _ registry: PluginRegistry
  ) throws -> DetailedEvaluation {
    let predictor = try network.predictor(run: run, registry)
    let recipe = try run.map { try RunFolder(existing: $0).recipe(registry: registry) }
    if recipe?.loss != nil { Terminal.note(.plainLoss) }
    return try measured(predictor, split)
  }

  private func measured(_ predictor: Predictor, _ split: Split) throws -> DetailedEvaluation {
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
    return DetailedEvaluation(
      name: "\(dataset.name) \(split.rawValue)", evaluation: figures.evaluation,
      confusion: figures.confusion, classes: match.names)
  }

  private func measured(
    _ experiment: Experiment, _ match: ClassMatch, _ split: Split
  ) throws -> DetailedEvaluation {
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
    return DetailedEvaluation(
      name: "\(experiment.dataset.name) \(split.rawValue)", evaluation: figures.evaluation,
      confusion: figures.confusion, classes: match.names)
  }

  /// Measures the model of a run, or the pre-trained head of a recipe, on the data of its recipe.
  private func ownData(
    _ target: String, isRun: Bool, _ split: Split, _ registry: PluginRegistry
  ) throws -> DetailedEvaluation {
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
      for note in experiment.recipe.notes + folder.changes(experiment.recipe, data: experiment) {
        Terminal.note(note)
      }
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
    for note in recipe.notes { Terminal.note(note) }
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
