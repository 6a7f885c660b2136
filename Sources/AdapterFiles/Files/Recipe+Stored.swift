import PETL
import Recipes

extension Recipe {
  /// The recipe that an adapter's file keeps; nil for one that cannot be read.
  package init?(stored text: String, _ registry: PluginRegistry) {
    guard
      var recipe = try? Recipe(text: text, name: "recipe of the adapter", registry: registry)
    else { return nil }
    recipe.readAsStored()
    self = recipe
  }
}
