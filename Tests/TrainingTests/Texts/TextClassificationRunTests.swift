import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Training

/// `task: classification` on texts, from recipe to run.
@Suite("Runs that tell texts apart") struct TextClassificationRunTests {
  private static let resora = "regularizers: [{type: resora, measure: auto, weight: 0.1}]\n"

  @Test(
    "learn what a text says, with LoRA and ReSoRA",
    arguments: ["bert", "distilbert", "deberta", "llama"])
  func learn(_ model: String) throws {
    let laboratory = try TextLaboratory(model, isEncoder: model != "llama")
    let recipe = try laboratory.recipe(
      Self.resora + "epochs: 30\nselection: best-val\n")
    let (folder, summary) = try laboratory.run(recipe)
    let records = try metrics(folder)
    #expect(records.count == 30)
    let last = try #require(summary.stages[0].test)
    // Chance is 1/3.
    #expect(last.accuracy > 0.5, "\(last)")
    #expect(records[29].taskLoss < 0.5 * records[0].taskLoss)
    #expect(last.redundancy ?? 0 > 0)
    #expect(last.texts?.matthews ?? 0 > 0.3 && last.texts?.pearson == nil)
    let kept = records.compactMap { $0.validation?.accuracy }.max()
    #expect(summary.stages[0].validation?.accuracy == kept)
    // The folder gives the same network again.
    let again = try makeExperiment(
      folder.recipe(registry: PluginRegistry.builtIn(), overrides: []))
    try folder.load(into: again)
    #expect(try again.evaluate(.test).loss == last.loss)
    let table = again.table(of: last, called: "classes test")
    #expect(table.header == ["classes test", "accuracy", "macro F1", "Matthews", "loss"])
    #expect(table.rows[0][0] == "12 texts")
    #expect(again.fileMetadata["classes"] == "[\"x\",\"y\",\"z\"]")
  }

  @Test("learn numbers, and several labels", arguments: ["number", "several"])
  func otherLabels(_ kind: String) throws {
    let laboratory = try TextLaboratory()
    let recipe = try laboratory.recipe("epochs: 30\nselection: best-val\n", kind: kind)
    let (folder, summary) = try laboratory.run(recipe)
    let test = try #require(summary.stages[0].test)
    let experiment = try makeExperiment(
      folder.recipe(registry: PluginRegistry.builtIn(), overrides: []))
    let header = experiment.table(of: test, called: "\(kind) test").header
    let scores = try metrics(folder).compactMap { $0.validation }
    if kind == "number" {
      #expect(test.texts?.pearson ?? 0 > 0.5, "\(test)")
      #expect(test.accuracy == test.texts?.pearson && test.texts?.f1 == nil)
      #expect(header == ["number test", "Pearson", "Spearman", "loss"])
      #expect(scores.map(\.score).max() == summary.stages[0].validation?.texts?.pearson)
    } else {
      #expect(test.texts?.f1 ?? 0 > 0.6, "\(test)")
      #expect(test.accuracy <= 1 && test.texts?.matthews == nil)
      #expect(header == ["several test", "micro F1", "all labels right", "loss"])
      #expect(scores.map(\.score).max() == summary.stages[0].validation?.texts?.f1)
    }
  }

  private static let stages = """
    control: true
    stages:
      - {name: base, epochs: 1, regularize: false}
      - {name: refine, epochs: 2}

    """

  private func checkpoints(_ folder: RunFolder) throws -> [Data] {
    try ["base", "refine", "control-refine"].map {
      try Data(contentsOf: URL(filePath: folder.file("checkpoint/\($0).safetensors")))
    }
  }

  @Test("are the same for the same seed, and go on bit for bit where they were cut off")
  func resume() throws {
    let laboratory = try TextLaboratory()
    let dropout = "{type: lora, rank: 4, dropout: 0.3}"
    let text = Self.resora + Self.stages
    let recipe = try laboratory.recipe(text, adapter: dropout)
    let (whole, _) = try laboratory.run(recipe, in: "a")
    let wanted = try checkpoints(whole)
    let folder = try RunFolder(creating: "\(laboratory.folder)/b", name: "b")
    for (cut, steps) in [3, 6, Int.max].enumerated() {
      let interrupter = Interrupter(after: steps)
      let runner = Runner(
        try makeExperiment(recipe), folder: folder, provenance: ["by": "test"],
        observer: interrupter, stop: interrupter.stop)
      do {
        _ = try cut == 0 ? runner.run() : runner.resume()
        #expect(cut == 2)
      } catch is TrainingInterrupted {
        #expect(cut < 2)
      }
    }
    #expect(try checkpoints(folder) == wanted)
    let (other, _) = try laboratory.run(
      laboratory.recipe(text, adapter: dropout, ["seed=1"]), in: "c")
    #expect(try checkpoints(other) != wanted)
  }

  @Test("take losses of their own, and heads on the mean")
  func lossesAndPooling() throws {
    let laboratory = try TextLaboratory()
    let (_, summary) = try laboratory.run(
      laboratory.recipe("epochs: 3\nloss: {type: focal}\ntext: {pooling: mean}\n"))
    #expect(summary.headParameters == 3 * 24 + 3)
    #expect(summary.stages[0].test?.loss ?? .nan > 0)
    let (_, whole) = try laboratory.run(laboratory.recipe("epochs: 1\n"), in: "b")
    #expect(whole.headParameters == 3 * 24 + 3 + 24 * 24 + 24)
  }

  @Test("shorten texts and say so")
  func length() throws {
    let laboratory = try TextLaboratory()
    let recipe = try laboratory.recipe("text: {length: 5}\n")
    let experiment = try TextClassificationExperiment(recipe)
    let task = try experiment.openTask(epochs: 1).task
    let notes = task.notes.map(\.statement).joined(separator: "\n")
    #expect(notes.contains("of 36 texts of 'train' are longer than 5 tokens"), "\(notes)")
    let texts = try #require((task as? TextClassificationTask)?.texts[.train]?.texts)
    // The token that ends a text stays.
    #expect(texts.allSatisfy { $0.ids.count <= 5 && $0.ids.first == 1 && $0.ids.last == 2 })
    #expect(experiment.dataDescription.contains("3 classes, 36 training, 12 validation, 12 test"))
  }

  @Test(
    "refuse what cannot be",
    arguments: [
      ("loss: {type: focal}\ntext: {labels: number}\n", "'loss' is for one class a text"),
      ("text: {packing: true}\n", "'text.packing' is for language models"),
      ("text: {glue: rte, labels: classes}\n", "'text.labels' is what text.glue says already"),
      ("text: {length: 2}\n", "puts 2 tokens around a text"),
      ("text: {length: 21}\n", "has positions for 20 tokens"),
      ("text: {labels: number}\n", "text.labels: number takes 2.5"),
      ("text: {text: sentence}\n", "there is no 'sentence' in this line"),
      ("text: {glue: rte}\n", "there is neither train.tsv nor dev.tsv"),
      ("retrieval: {}\n", "there is a section 'retrieval' in a recipe of texts"),
    ])
  func refusals(text: String, words: String) throws {
    let laboratory = try TextLaboratory()
    expectComplaint(words) { try Plan(try laboratory.recipe(text)) }
  }

  @Test("write recipes down that read as they are")
  func written() throws {
    let laboratory = try TextLaboratory()
    for text in ["", "text: {pooling: mean, length: 9}\n", "text: {labels: number}\n"] {
      let recipe = try laboratory.recipe(text)
      let yaml = yamlText(of: recipe.resolved)
      #expect(!yaml.contains("packing"), "\(yaml)")
      let again = try Recipe(text: yaml, name: "again", registry: PluginRegistry.builtIn())
      #expect(again.text == recipe.text)
      #expect(yamlText(of: again.resolved) == yaml)
    }
  }
}
