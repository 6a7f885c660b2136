import Backbones
import Recipes

extension BackboneCheckpoint {
  /// A recipe that says how positions are resampled, where that is not timm's rule.
  package func recorded(in recipe: Recipe) -> Recipe {
    var recipe = recipe
    if positionResampling == .transformers { recipe.record(.transformers) }
    return recipe
  }
}
