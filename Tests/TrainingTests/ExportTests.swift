import Checkpoints
import Foundation
import PETL
import Recipes
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

@Suite struct ExportTests {
  /// ΔW as PEFT would compute it from the folder equals what the adapters merge to.
  @Test func folderHoldsTheSameUpdate() throws {
    let laboratory = try Laboratory()
    let adapter = "{type: lora, rank: 4, scale: 0.7, sites: [query, value, output, fc1, fc2]}"
    let trial = try laboratory.run(try laboratory.recipe("epochs: 1\n", adapter: adapter))
    #expect(trial.summary.adapterFormat == "peft")
    let folder = try PEFTAdapterFolder.read(trial.folder.file("adapter"))
    #expect(folder.modules.count == 8)
    #expect(folder.fullTensors.map(\.name).sorted() == ["head.bias", "head.weight"])
    let module: [AdaptationSite.Kind: String] = [
      .query: "attn.qkv", .value: "attn.qkv", .output: "attn.proj", .fc1: "mlp.fc1",
      .fc2: "mlp.fc2",
    ]
    for entry in trial.experiment.model.adapters.entries {
      let name = "blocks.\(entry.site.layer).\(module[entry.site.kind] ?? "")"
      let lora = try #require(folder.modules.first { $0.module == name })
      let whole = product(lora)
      let first = entry.site.kind == .value ? 2 * entry.site.outputWidth : 0
      let rows = whole[first..<first + entry.site.outputWidth]
      let merged = try #require(entry.adapter.mergedDelta())
      #expect(merged.shape == [entry.site.outputWidth, entry.site.inputWidth])
      let difference = zip(rows.flatMap { $0 }, merged.values).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-6, "\(entry.site.name)")
      #expect(merged.squaredNorm > 0)
    }
    // The keys, which nothing is attached to, stay as they are.
    let fused = try #require(folder.modules.first { $0.module == "blocks.0.attn.qkv" })
    let keys = product(fused)[16..<32].flatMap { $0 }
    #expect(keys.allSatisfy { $0 == 0 })
  }

  /// scaling · B · A, row by row.
  private func product(_ lora: PEFTLoRA) -> [[Float]] {
    let (rank, inputs) = (lora.rank, lora.aShape[1])
    let scaling = Float(lora.scaling(rslora: false))
    return (0..<lora.bShape[0]).map { row in
      (0..<inputs).map { column in
        scaling
          * (0..<rank).reduce(Float(0)) {
            $0 + lora.b[row * rank + $1] * lora.a[$1 * inputs + column]
          }
      }
    }
  }

  /// What PEFT cannot hold does not claim to be PEFT's.
  @Test(arguments: ["", "{type: block-shift}", "{type: squashed}", "{type: shift, sites: [fc1]}"])
  func noFalseClaim(_ adapter: String) throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.recipe("epochs: 1\n", adapter: adapter))
    #expect(trial.summary.adapterFormat == "petl")
    let files = try FileManager.default.contentsOfDirectory(atPath: trial.folder.file("adapter"))
    #expect(files.sorted() == ["README.md", "adapter.safetensors"])
    let card = try readFile(trial.folder.file("adapter/README.md"), limit: 1 << 20)
    let text = String(decoding: card, as: UTF8.self)
    #expect(!text.contains("library_name: peft"))
    // The name of a file is none that a hub knows: the header says nothing of the network, the text does.
    #expect(!text.contains("\nbase_model:"))
    #expect(text.contains("- base model: `"))
    let file = try SafetensorsFile(path: trial.folder.file("adapter/adapter.safetensors"))
    #expect(file.metadata["format"] == "petlkit-adapter")
    #expect(file.metadata["by"] == "test")
    #expect(trial.summary.headParameters == 170)
    if adapter.isEmpty { #expect(trial.summary.adapterParameters == 0) }
    // What was written down is a run again.
    let again = try trial.folder.experiment(registry: testPlugins)
    let (was, now) = (trial.experiment.model.snapshot(), again.model.snapshot())
    #expect(was.mapValues(\.values) == now.mapValues(\.values))
  }

  /// The adapter of a run's folder, on a network that was never trained, gives the model again, and the
  /// stored probe says so.
  @Test(arguments: [
    "", "{type: lora, rank: 3, alpha: 5}", "{type: block-shift}", "{type: squashed}",
    "{type: shift, sites: [fc1], layers: [1]}",
  ])
  func adapterIsReadWithoutItsRun(_ adapter: String) throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.recipe("epochs: 1\n", adapter: adapter))
    let network = try ClassificationInputs(trial.experiment.recipe).network()
    let folder = trial.folder.path
    let loaded = try LoadedAdapter.read(folder, for: network, registry: testPlugins)
    #expect(loaded.adapters.entries.count == trial.experiment.model.adapters.entries.count)
    let recipe = try #require(loaded.recipe)
    #expect(try Recipe(text: recipe, registry: testPlugins).name == trial.experiment.recipe.name)
    #expect(loaded.metadata["by"] == "test")
    let model = try loaded.model(on: network)
    let probe = try #require(try AdapterProbe(metadata: loaded.metadata, file: folder))
    #expect(try probe.verify(model) <= 1e-5)
    #expect(try probe.verify(trial.experiment.model) == 0)
    // Other weights are seen.
    model.headBias.update(to: model.headBias.value.values.map { $0 + 0.01 })
    #expect(throws: DiagnosticError.self) { try probe.verify(model) }
  }

  /// The figures of the summary, to the last bit, from the folder alone.
  @Test func evaluationRepeatsTheSummary() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding}]\ncontrol: true\nstages: [{name: a, epochs: 2}]\n"
    let trial = try laboratory.run(try laboratory.recipe(text))
    let again = try trial.folder.experiment(registry: testPlugins)
    let pipeline = try again.pipeline()
    let images = try #require(pipeline.test)
    let figures = again.model.evaluate(images, pipeline, batchSize: again.recipe.batchSize)
    let summary = try #require(trial.summary.stages.first?.test)
    #expect(figures.examples == 24)
    #expect(figures.accuracy == summary.accuracy)
    #expect(figures.loss == summary.loss)
    #expect(figures.redundancyBySite == summary.redundancyBySite)
    let written = try JSONDecoder().decode(
      RunSummary.self,
      from: Data(contentsOf: URL(fileURLWithPath: trial.folder.file("summary.json"))))
    #expect(written.stages.map(\.name) == ["a", "control-a"])
    #expect(written.stages[0].test?.loss == summary.loss)
  }
}
