import ExampleSupport
import PETL
import PoLAR
import Recipes

// PoLAR with its factors near the Stiefel manifold, without and with ReSoRA:
// `swift run -c release TrainPoLAR`.
Comparison(
  AdapterRecipe(PoLAR.self, options: PoLAROptions { $0.rank = 8 }, sites: [.query, .value])
).run()
