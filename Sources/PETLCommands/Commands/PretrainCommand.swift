import ArgumentParser
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl pretrain`.
struct PretrainCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Train a small Vision Transformer from scratch on rendered scenes.",
    discussion: """
      The embedded vit-micro is the product of Examples/recipes/vit-micro.yaml.

      Example:
        petl pretrain Examples/recipes/vit-micro.yaml --output mine.safetensors
      """)

  @Argument(help: "A recipe, such as Examples/recipes/vit-micro.yaml.", completion: .file())
  var recipe: String

  @Option(help: "The safetensors file to write; NAME.safetensors when left out.")
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the recipe.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Print each epoch as a line of JSON.")
  var json = false

  @Flag(help: "Print nothing but the result.")
  var quiet = false

  func run(with registry: PluginRegistry) throws {
    let recipe = try PretrainRecipe(path: recipe, overrides: overrides)
    let pretrainer = try Pretrainer(recipe)
    var last: Pretrainer.Record?
    let path = output ?? "\(recipe.name).safetensors"
    try checkWritable(path)
    if !json { recipe.remarks.forEach(Terminal.note) }
    try RunFailure.marking {
      try pretrainer.run { record in
        last = record
        if json {
          try? Terminal.printJSONLine(record)
        } else if !quiet {
          let accuracy = record.accuracy.sorted { $0.key < $1.key }.map {
            "\($0.key) \(percent($0.value))"
          }
          Terminal.tell(
            "epoch \(record.epoch)/\(recipe.epochs)  loss \(fixed(record.loss, 4))  "
              + accuracy.joined(separator: "  ")
              + "  \(fixed(record.imagesPerSecond, 0)) images/s")
        }
      }
      let results = last?.accuracy.sorted { $0.key < $1.key }.map {
        "\($0.key) \(percent($0.value))"
      }
      try pretrainer.write(
        to: path,
        metadata: [
          "recipe": self.recipe, "petl": programVersion, "licence": "same as PETLKit",
          "data": "rendered scenes (ShapeScenes)",
          "validation": results?.joined(separator: ", ") ?? "",
        ])
    }
    if !json { Terminal.say("written to \(path)") }
  }
}
