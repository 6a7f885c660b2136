import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// Every regularizer of the package that sees the whole step, in the trainer.
@Suite struct PluginRunTests {
  @Test(
    arguments: [
      ("{type: clora, k: 4}", "{type: lora, rank: 4}", "clora.share"),
      ("{type: clora, k: 4, p: null-space}", "{type: lora, rank: 4}", "clora.share"),
      ("{type: clora, k: 4, of: basis}", "{type: adaptformer, rank: 4}", "clora.share"),
      ("{type: delta-norm}", "{type: lora, rank: 4}", "delta-norm.largest"),
      ("{type: delta-norm, p: nuclear, squared: false}", "{type: lora, rank: 4}", nil),
      ("{type: delta-norm, p: spectral}", "{type: vera, rank: 4}", nil),
      ("{type: delta-norm}", "{type: dora, rank: 4}", "delta-norm.largest"),
      ("{type: delta-norm, p: nuclear}", "{type: dora, rank: 4}", nil),
      ("{type: delta-norm}", "{type: bitfit}", "delta-norm.largest"),
      ("{type: delta-norm, p: spectral}", "{type: full}", "delta-norm.largest"),
      ("{type: delta-norm}", "{type: ssf}", "delta-norm.largest"),
      ("{type: keep}", "{type: lora, rank: 4}", "keep.agreement"),
      ("{type: keep, distance: squared}", "{type: vpt, prompts: 3}", nil),
      ("{type: keep}", "{type: full}", "keep.agreement"),
      ("{type: keep, distance: cosine}", "{type: bitfit}", nil),
      ("{type: keep}", "{type: houlsby, rank: 4}", "keep.agreement"),
      ("{type: resora-across}", "{type: lora, rank: 4}", "resora-across.largest"),
      ("{type: resora-across, pairs: neighbours}", "{type: adaptformer, rank: 4}", nil),
      ("{type: resora-across, pairs: all, exponent: 2}", "{type: lora, rank: 4}", nil),
      ("{type: intruder, k: 4}", "{type: lora, rank: 4}", "intruder.inside"),
      ("{type: intruder, k: 4, mode: with, of: both}", "{type: dora, rank: 4}", "intruder.inside"),
      ("{type: orthogonal}", "{type: lora, rank: 4}", nil),
      ("{type: log-det}", "{type: houlsby, rank: 4}", nil),
    ] as [(String, String, String?)])
  func trains(_ regularizer: String, _ adapter: String, _ figure: String?) throws {
    let laboratory = try Laboratory()
    let (record, figures) = try laboratory.figures(
      laboratory.recipe(with: regularizer, adapter: adapter))
    #expect(figures.value.isFinite)
    #expect(figures.gradientShare ?? 0 > 0)
    if let figure {
      let logged = try #require(record.figures?[figure], "\(record.figures ?? [:])")
      #expect(logged.isFinite)
    }
  }

  @Test(arguments: [
    (
      "{type: delta-norm}", "{type: vpt, prompts: 3}",
      "'delta-norm' cannot be applied to adapter 'vpt': it is not linear, and has no ΔW"
    ),
    (
      "{type: orthogonal}", "{type: adaptformer, rank: 4}",
      "'orthogonal' cannot be applied to adapter 'adaptformer': the adapter is not linear and has no input directions; use of: basis"
    ),
    (
      "{type: clora, p: null-space}", "{type: adaptformer, rank: 4}",
      "'clora' cannot be applied to adapter 'adaptformer': site 'blocks.0.mlp' is not one linear map, and has no frozen weight"
    ),
    (
      "{type: intruder}", "{type: ssf, sites: [query]}",
      "'intruder' cannot be applied to adapter 'ssf': it changes what the map at 'blocks.0.query' gives, not its weight"
    ),
    (
      "{type: resora-across}", "{type: lora, rank: 4, sites: [fc1]}",
      "'resora-across' cannot be applied to adapter 'lora': no two of its sites can be compared by pairs: layer"
    ),
    (
      "{type: clora}", "{type: full}",
      "'clora' cannot be applied: adapter 'full' does not decompose into subspaces"
    ),
  ])
  func whatCannotBe(_ regularizer: String, _ adapter: String, _ expected: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(with: regularizer, adapter: adapter)
    let found = complaint { try Plan(recipe) }
    #expect(found.hasPrefix("r.yaml:8:"), "\(found)")
    #expect(found.contains("error: regularizer \(expected)\n"), "\(found)")
  }

  /// Rows of windows and of the image, in stages of two sizes.
  @Test(arguments: [
    "{type: keep}", "{type: keep, distance: cosine}", "{type: resora-across}",
    "{type: resora-across, pairs: all}", "{type: intruder, k: 3}", "{type: clora, k: 3}",
  ])
  func swin(_ regularizer: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(
      with: regularizer, adapter: "{type: lora, rank: 3, sites: [query, value, fc1]}",
      ["backbone={type: swin, weights: \(fixture("namings/swin/model.safetensors"))}"])
    let (_, figures) = try laboratory.figures(recipe)
    #expect(figures.value.isFinite)
    #expect(figures.gradientShare ?? 0 > 0)
  }

  /// Both towers; sites of a text hold the rows of its own tokens.
  @Test(arguments: [
    "{type: keep}", "{type: keep, distance: squared}", "{type: resora-across}",
    "{type: resora-across, pairs: neighbours}", "{type: resora-across, pairs: all}",
    "{type: delta-norm}", "{type: intruder, k: 3}", "{type: log-det}",
  ])
  func retrieval(_ regularizer: String) throws {
    let laboratory = try PairLaboratory()
    let recipe = try laboratory.recipe(
      "epochs: 1\nregularizers: [\(regularizer)]\n", registry: builtInPlugins)
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    _ = try Runner(try RetrievalExperiment(recipe), folder: folder).run()
    let figures = try #require(try metrics(folder).last?.regularizers.first?.value)
    #expect(figures.value.isFinite)
    #expect(figures.gradientShare ?? 0 > 0)
  }

  /// The pass without adapters, and the copies of first weights, leave no trace: a weight of nearly
  /// nothing gives the bytes of a run without the regularizer.
  @Test(arguments: [
    ("{type: keep, weight: 1e-30}", "{type: full}"),
    ("{type: keep, weight: 1e-30}", "{type: bitfit}"),
    ("{type: keep, weight: 1e-30}", "{type: lora, rank: 4, dropout: 0.3}"),
    ("{type: keep, weight: 1e-30}", "{type: vpt, prompts: 3}"),
    ("{type: delta-norm, weight: 1e-30}", "{type: full}"),
  ])
  func askingLeavesNoTrace(_ regularizer: String, _ adapter: String) throws {
    let laboratory = try Laboratory()
    let changes = ["backbone.drop_path=0.3"]
    let asked = try laboratory.run(
      laboratory.recipe(with: regularizer, adapter: adapter, changes), in: "asked")
    let plain = try laboratory.run(
      laboratory.recipe("epochs: 1\n", adapter: adapter, changes, registry: builtInPlugins),
      in: "plain")
    #expect(try asked.checkpoint() == plain.checkpoint())
  }

  /// What it is for: a large weight keeps answers and weights where they were.
  @Test(arguments: [
    ("{type: keep, distance: squared, weight: 1000}", "{type: lora, rank: 4}"),
    ("{type: delta-norm, weight: 1000}", "{type: full}"),
  ])
  func holdsBack(_ regularizer: String, _ adapter: String) throws {
    let laboratory = try Laboratory()
    let light = regularizer.replacingOccurrences(of: "1000", with: "1e-9")
    func value(_ text: String, _ name: String) throws -> Double {
      let recipe = try laboratory.recipe(with: text, adapter: adapter, ["epochs=6"])
      return try laboratory.figures(recipe, in: name).regularizer.value
    }
    let (held, free) = (try value(regularizer, "held"), try value(light, "free"))
    #expect(held < free / 2, "\(held) \(free)")
  }
}
