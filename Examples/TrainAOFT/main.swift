import AOFT
import ExampleSupport
import PETL
import Recipes

// AOFT* at the maps to queries and values, without and with ReSoRA: `swift run -c release TrainAOFT`.
Comparison(
  AdapterRecipe(AOFT.self, options: AOFTOptions { $0.rank = 8 }, sites: [.query, .value])
).run()
