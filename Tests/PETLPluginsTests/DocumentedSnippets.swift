import LoRA
import PETL
import ReSoRA
import Recipes
import Training

/// What docs/library.md shows; `DocumentedCodeTests` compares the lines.
func trainFromCode() throws -> RunSummary {
  let recipe = try Recipe(
    backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits"),
    adapter: AdapterRecipe(LoRA.self, options: LoRAOptions(rank: 8), sites: [.query, .value]),
    regularizers: [
      RegularizerRecipe(ReSoRA.self, options: ReSoRAOptions(), weight: .constant(0.1))
    ],
    stages: [StageRecipe(epochs: 10)])
  let summary = try Experiment(recipe).train()
  return summary
}

/// What the documentation of `PETL` shows of a tuning.
struct BiasesOfNorms: WeightTuning {
  init(options: NoOptions) {}

  func trains(_ weight: BackboneWeight) -> Bool {
    weight.name.contains("norm") && weight.name.hasSuffix("bias")
  }
}
