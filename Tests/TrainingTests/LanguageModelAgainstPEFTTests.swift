import AdapterFiles
import Backbones
import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Twenty steps of LoRA on tiny decoders, as PEFT and PyTorch's AdamW take them (make_language_training.py).
@Suite struct LanguageModelAgainstPEFTTests {
  /// With all texts of a step at once, or in parts of four and two.
  @Test(arguments: [("llama", "[query, value, gate]"), ("gpt2", "[fc1, fc2]")], [6, 4])
  func losses(_ model: (name: String, sites: String), atOnce: Int) throws {
    let (name, sites) = model
    let laboratory = try LanguageLaboratory(name)
    let texts = fixture("language-training/texts.jsonl")
    let recipe = try Recipe(
      text: """
        task: language-model
        threads: 1
        backbone: {weights: \(laboratory.folder)/model}
        data: {type: text, path: \(texts)}
        adapter: {type: lora, rank: 4, alpha: 8, sites: \(sites)}
        batch_size: 6
        micro_batch_size: \(atOnce)
        epochs: 20
        schedule: {type: constant, warmup_epochs: 0}
        optimizer: {type: adamw, learning_rate: 1e-2, weight_decay: 0}
        """, name: "r.yaml", registry: .builtIn())
    let experiment = try makeExperiment(recipe)
    let model = try #require(experiment as? LanguageModelExperiment).model
    let started = try LoadedAdapter.read(
      fixture("language-training/\(name)"), for: model.decoder,
      of: model.decoder.configuration.family, registry: .builtIn())
    let values = Dictionary(
      uniqueKeysWithValues: started.adapters.parameters.map { ($0.name, $0.parameter.value) })
    for (name, parameter) in model.adapters.parameters {
      parameter.update(to: try #require(values[name], "\(name)"))
    }
    model.decoder.bind(model.adapters)
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    _ = try Runner(experiment, folder: folder).run()
    let wanted = try JSONDecoder().decode(
      [Double].self,
      from: Data(
        contentsOf: URL(filePath: fixture("language-training/\(name)/losses.json"))))
    let found = try folder.records().map(\.taskLoss)
    #expect(found.count == 20)
    for (own, other) in zip(found, wanted) {
      #expect(abs(own - other) < 1e-4 * max(1, other), "\(own) \(other)")
    }
    #expect(found[19] < found[0] / 2)
  }
}
