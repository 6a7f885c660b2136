import AdaptFormer
import ExampleSupport
import Recipes

// AdaptFormer beside every MLP, without and with ReSoRA: `swift run -c release TrainAdaptFormer`.
Comparison(
  AdapterRecipe(AdaptFormer.self, options: AdaptFormerOptions(rank: 8, scale: 1))
).run()
