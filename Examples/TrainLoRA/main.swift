import ExampleSupport
import LoRA
import PETL
import Recipes

// LoRA at the maps to queries and values, without and with ReSoRA: `swift run -c release TrainLoRA`.
Comparison(
  AdapterRecipe(
    LoRA.self,
    options: LoRAOptions { ($0.rank, $0.dropout, $0.dropoutPosition) = (8, 0.1, .bottleneck) },
    sites: [.query, .value])
).run()
