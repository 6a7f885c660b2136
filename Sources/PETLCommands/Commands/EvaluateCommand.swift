import ArgumentParser
import Datasets
import Foundation
import PETL
import Recipes
import Training

/// `petl evaluate`.
struct EvaluateCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a run's model on a split.",
    discussion: """
      Given the folder of a run, measures the model it ended with. Given a recipe, measures the \
      network with its own pre-trained head on the recipe's data.
      """)

  @Argument(help: "The folder of a run, or a recipe.", completion: .file())
  var target: String

  @Option(help: "The split: train, val or test.")
  var split = "test"

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the recipe.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Print one JSON object with examples, accuracy and loss.")
  var json = false

  func run(with registry: PluginRegistry) throws {
    guard let split = Split(rawValue: split), split != .trainAndVal else {
      let names = ["train", "val", "test"]
      let nearest = nearestName(to: split, among: names).map { ["did you mean '\($0)'?"] } ?? []
      throw DiagnosticError(
        "there is no split '\(split)'", hints: nearest + ["expected train, val or test"])
    }
    let experiment = try experiment(registry)
    let pipeline = try experiment.pipeline()
    let images: LabelledImages? =
      switch split {
      case .val: pipeline.validation
      case .test: pipeline.test
      default: pipeline.train
      }
    guard let images else {
      throw DiagnosticError(
        "data set '\(experiment.dataset.name)' has no split '\(split.rawValue)'"
          + (experiment.recipe.data.train == "train" ? "" : " that is not trained on"))
    }
    // The same count of threads gives the same bits as the run had.
    if let threads = experiment.recipe.threads { Workers.count = threads }
    let figures = try RunFailure.marking {
      experiment.model.evaluate(images, pipeline, batchSize: experiment.recipe.batchSize)
    }
    if json { return try Terminal.printJSON(figures) }
    print(
      "\(experiment.dataset.name) \(split.rawValue): accuracy \(percent(figures.accuracy)), "
        + "loss \(fixed(figures.loss, 4)), \(figures.examples) examples"
        + (figures.redundancy.map { ", mean |ρ| \(fixed($0, 4))" } ?? ""))
  }

  private func experiment(_ registry: PluginRegistry) throws -> Experiment {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: target, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      return try RunFolder(existing: target).experiment(registry: registry, overrides: overrides)
    }
    var recipe = try Recipe(path: target, overrides: overrides, registry: registry)
    // An untrained adapter is no part of the pre-trained network.
    recipe.adapter = nil
    recipe.regularizers = []
    let experiment = try Experiment(recipe)
    try experiment.usePretrainedHead()
    return experiment
  }
}
