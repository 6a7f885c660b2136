import ExampleSupport
import LoRA
import PETL
import Recipes

// LoRA at the maps to queries and values, without and with ReSoRA: `swift run -c release TrainLoRA`.
Comparison(
  AdapterRecipe(
    LoRA.self, options: LoRAOptions(rank: 8, dropout: 0.1, dropoutPosition: .bottleneck),
    sites: [.query, .value])
).run()
