import LoRA
import PETL
import ReSoRA
import Recipes
import Training

/// What docs/library.md shows; `DocumentedCodeTests` compares the lines.
func trainFromCode() throws -> RunSummary {
  let recipe = try Recipe(
    backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits")
  ) {
    $0.adapter = AdapterRecipe(
      LoRA.self, options: LoRAOptions { $0.rank = 8 }, sites: [.query, .value])
    $0.regularizers = [
      RegularizerRecipe(ReSoRA.self, options: ReSoRAOptions(), weight: .constant(0.1))
    ]
    $0.stages = [StageRecipe { $0.epochs = 10 }]
  }
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

/// −log det of the correlation of an adapter's coefficients: 0 where they share nothing.
func sharedVolume(_ subspaces: Subspaces) -> Tensor {
  let correlation = subspaces.centeredCoefficientGram.correlation()
  let some = DoubleMatrix(identity: subspaces.count).tensor.scaled(by: 1e-3)
  return -(correlation + some).logDeterminant()
}

/// How far features are from those without adapters.
struct Anchor: Regularizer {
  let needs: RegularizerNeeds = [.frozenAnswers]

  init(options: NoOptions) {}

  func penalty(in context: RegularizerContext) -> Tensor {
    let (now, then) = (context.answers.features[0], context.frozenAnswers.features[0])
    context.log("largest", Double((now - then).abs().values.max() ?? 0))
    return context.exampleMean((now - then).squared().sum(over: [1]))
  }
}
