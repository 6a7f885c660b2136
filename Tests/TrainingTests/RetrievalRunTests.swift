import Checkpoints
import Datasets
import Foundation
import LoRA
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite("Retrieval")
struct RetrievalRunTests {
  /// 24 scenes with captions are learned; chance is 1/24.
  @Test("Adapters on both towers learn which caption belongs to which image")
  func learns() throws {
    let laboratory = try PairLaboratory()
    let text = """
      epochs: 120
      regularizers: [{type: crowding, weight: 0.01}]

      """
    let experiment = try RetrievalExperiment(laboratory.recipe(text))
    let before = try #require(try experiment.evaluate(.train).recalls)
    let summary = try experiment.train()
    let figures = try experiment.evaluate(.train)
    let after = try #require(figures.recalls)
    #expect(before.imageToText.at1 < 0.3)
    #expect(before.textToImage.at1 < 0.3)
    // Some scenes have captions alike, which bounds the first place.
    #expect(after.imageToText.at1 > 0.5, "\(after)")
    #expect(after.textToImage.at1 > 0.5, "\(after)")
    #expect(after.imageToText.at5 > 0.9, "\(after)")
    #expect(after.textToImage.at5 > 0.9, "\(after)")
    #expect(after.sum > before.sum + 100)
    #expect(figures.accuracy == (after.imageToText.at1 + after.textToImage.at1) / 2)
    #expect(figures.redundancyByTower?.keys.sorted() == ["image", "text"])
    #expect(figures.redundancyBySite.keys.contains("text.blocks.1.fc1"))
    #expect(figures.redundancyBySite.keys.contains("image.blocks.0.query"))
    #expect(summary.stages[0].test?.recalls != nil)
    #expect(summary.headParameters == 1)
  }

  @Test("A caption's statistics do not depend on the longer captions beside it")
  func fillingUp() throws {
    let laboratory = try PairLaboratory()
    let experiment = try RetrievalExperiment(laboratory.recipe())
    let texts = [[1, 5, 9], [1, 4, 6, 8, 3, 7]]
    func coefficients(_ texts: [[Int]]) -> [String: [Float]] {
      let pass = ForwardPass(
        isTraining: false, images: texts.count, generator: RandomGenerator(seed: 0))
      _ = noGradient { experiment.model.textEmbeddings(texts, pass: pass) }
      return Dictionary(
        uniqueKeysWithValues: pass.subspaces.map {
          ($0.site.name, $0.subspaces.coefficients.values)
        })
    }
    let (short, both) = (coefficients([texts[0]]), coefficients(texts))
    #expect(short.count == 8)
    for (site, values) in short {
      let beside = try #require(both[site])
      #expect(beside.count == values.count * 9 / 3)
      for (x, y) in zip(values, beside) { #expect(abs(x - y) < 1e-5) }
    }
  }

  @Test("A run leaves metrics, adapters of both towers and a folder to measure again")
  func folder() throws {
    let laboratory = try PairLaboratory()
    let text = """
      regularizers: [{type: crowding, weight: 0.1}]
      control: true
      retrieval: {projections: learned}
      stages: [{name: base, epochs: 1, regularize: false}, {name: refine, epochs: 2}]
      """
    let recipe = try laboratory.recipe(text)
    let experiment = try RetrievalExperiment(recipe)
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let summary = try Runner(experiment, folder: folder, provenance: ["by": "test"]).run()
    #expect(summary.stages.map(\.name) == ["base", "refine", "control-refine"])
    #expect(summary.adapterFormat == "image peft, text peft")
    let records = try metrics(folder)
    #expect(records.count == 5)
    #expect(records.allSatisfy { $0.validation?.recalls != nil })
    #expect(records[1].regularizers["crowding"]?.gradientShare ?? 0 > 0)
    for name in ["image/adapter_config.json", "text/adapter_config.json", "head.safetensors"] {
      #expect(FileManager.default.fileExists(atPath: folder.file("adapter/\(name)")), "\(name)")
    }
    let head = try SafetensorsFile(path: folder.file("adapter/head.safetensors"))
    #expect(
      head.entries.map(\.name) == ["image_projection", "logit_scale", "text_projection"])
    let again = try folder.recipe(registry: testPlugins)
    let loaded = try RetrievalExperiment(again)
    try folder.load(into: loaded)
    let values = loaded.model.snapshot().mapValues(\.values)
    #expect(values == experiment.model.snapshot().mapValues(\.values))
    let figures = try loaded.evaluate(.test)
    #expect(figures.recalls == summary.stages[1].test?.recalls)
    let found = complaint { try folder.experiment(registry: testPlugins) }
    #expect(found.contains("task: classification"), "\(found)")
  }

  @Test("The same seed trains the same parameters, another draws other captions")
  func deterministic() throws {
    let laboratory = try PairLaboratory()
    func trained(_ changes: [String] = []) throws -> [String: [Float]] {
      let experiment = try RetrievalExperiment(laboratory.recipe("", changes))
      try experiment.train()
      return experiment.model.snapshot().mapValues(\.values)
    }
    let first = try trained()
    #expect(try trained() == first)
    #expect(try trained(["seed=1"]) != first)
    #expect(try trained(["activation_cache=0"]) == first)
  }

  @Test("Adapters go on the towers that are named; a whole frozen tower is cached")
  func towers() throws {
    let laboratory = try PairLaboratory()
    for tower in Tower.allCases {
      let recipe = try laboratory.recipe("", ["adapter.towers=[\(tower.rawValue)]"])
      let experiment = try RetrievalExperiment(recipe)
      #expect(experiment.model.adapters.entries.count == 8)
      #expect(experiment.model.adapters.entries.allSatisfy { $0.site.tower == tower })
      let before = experiment.model.snapshot().mapValues(\.values)
      let summary = try experiment.train()
      #expect(experiment.model.snapshot().mapValues(\.values) != before)
      let isCached = summary.notes.words.contains { $0.hasPrefix("the whole network runs once") }
      #expect(isCached == (tower == .text), "\(summary.notes.words)")
      let again = try Recipe(
        text: yamlText(of: recipe.resolved), registry: testPlugins)
      #expect(again.adapter?.towers == [tower])
    }
  }

  @Test("The scale can stay frozen, and moves otherwise")
  func scale() throws {
    let laboratory = try PairLaboratory()
    func scale(_ changes: [String]) throws -> Float {
      let experiment = try RetrievalExperiment(laboratory.recipe("", changes))
      try experiment.train()
      return experiment.model.logitScale.value.values[0]
    }
    #expect(try scale(["retrieval={logit_scale: frozen}"]) == 2)
    #expect(try scale([]) != 2)
  }

  @Test("A recipe made in code is the recipe of a file")
  func code() throws {
    let laboratory = try PairLaboratory()
    let recipe = try Recipe(
      backbone: BackboneRecipe(weights: laboratory.weights), data: .pairs(laboratory.pairs)
    ) {
      ($0.task, $0.threads, $0.batchSize) = (.retrieval, 1, 12)
      $0.adapter = AdapterRecipe(
        LoRA.self, options: LoRAOptions { $0.rank = 4 }, sites: [.query], towers: [.text])
      $0.retrieval.logitScale = .frozen
      $0.stages = [StageRecipe { $0.epochs = 1 }]
    }
    let again = try Recipe(text: yamlText(of: recipe.resolved), registry: testPlugins)
    #expect(again.adapter?.towers == [.text])
    #expect(again.task == .retrieval)
    let experiments = try [recipe, again].map { try RetrievalExperiment($0) }
    for experiment in experiments { try experiment.train() }
    let values = experiments.map { $0.model.snapshot().mapValues(\.values) }
    #expect(values[0] == values[1])
    #expect(values[0].keys.allSatisfy { $0.hasPrefix("text.blocks.") })
  }

  @Test("What does not go together is refused, all at once")
  func mistakes() throws {
    let laboratory = try PairLaboratory()
    func found(_ changes: [String]) -> String {
      complaint { try RetrievalExperiment(laboratory.recipe("", changes)) }
    }
    let classification = found(["task=classification"])
    #expect(classification.contains("backbone.type: clip"), "\(classification)")
    #expect(classification.contains("have no classes"), "\(classification)")
    #expect(found(["task=classification", "adapter.towers=[text]"]).contains("adapter.towers"))
    #expect(found(["backbone.type=swin"]).contains("needs a text tower"))
    #expect(found(["data={name: digits}"]).contains("images with captions"))
    #expect(found(["adapter.towers=[sound]"]).contains("towers"))
    let files = found(["backbone.tokenizer=/none", "data.path=/nothing.jsonl"])
    #expect(files.contains("there is no tokenizer /none"), "\(files)")
    #expect(files.contains("/nothing.jsonl"), "\(files)")
    #expect(found(["adapter={type: lora, layers: [7]}"]).contains("there is no layer 7"))
    let frozen = found(["adapter=~", "retrieval={logit_scale: frozen}"])
    #expect(frozen.contains("nothing is trained"), "\(frozen)")
    #expect(found(["backbone.text_heads=3"]).contains("3 heads do not divide"))
    let other = laboratory.folder + "/other.json"
    let many = #"{"<|startoftext|>": 5000, "<|endoftext|>": 5001}"#
    try many.write(toFile: other, atomically: true, encoding: .utf8)
    try "".write(
      toFile: laboratory.folder + "/merges.txt", atomically: true, encoding: .utf8)
    #expect(found(["backbone.tokenizer=\(other)"]).contains("has 5002 tokens"))
  }
}
