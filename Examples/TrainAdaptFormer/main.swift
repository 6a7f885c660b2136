import AdaptFormer
import ExampleSupport
import PETL
import Recipes

// AdaptFormer beside every MLP, without and with ReSoRA: `swift run -c release TrainAdaptFormer`.
Comparison(
  AdapterRecipe(AdaptFormer.self, options: AdaptFormerOptions { ($0.rank, $0.scale) = (8, 1) })
).run()
