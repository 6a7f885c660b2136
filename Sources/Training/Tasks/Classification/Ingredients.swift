import Backbones
import Datasets
import Networks
import PETL
import Recipes

/// The files that a recipe names, opened and checked but with no weights read yet: all that
/// `petl validate` needs.
struct Ingredients {
  let checkpoint: any BackboneCheckpoint
  let dataset: Dataset
  /// The sites that the recipe's adapter is attached to.
  let sites: [AdaptationSite]
  /// The choice among the backbone's own weights of those that are trained; nil for none.
  let trains: (@Sendable (BackboneWeight) -> Bool)?
  /// How many numbers of the backbone's own are trained.
  let trainedWeightCount: Int
  /// What the user should know of the data, a sentence each.
  let remarks: [String]

  /// Opens the weights and the data of a recipe.
  ///
  /// - Throws: `DiagnosticError` with what is wrong with either, or both.
  init(_ recipe: Recipe) throws {
    var problems = Problems()
    let backbone = recipe.backbone
    let checkpoint = try problems.collect(at: backbone.span) { try backbone.opened() }
    let dataset = try problems.collect(at: recipe.data.span) { try Dataset(recipe.data) }
    let sites = try checkpoint.flatMap { checkpoint in
      try problems.collect(at: backbone.imageSpan) {
        try checkpoint.sites(imageSize: backbone.imageSize).selected(by: recipe.adapter)
      }
    }
    if let dataset { try recipe.check(dataset, &problems) }
    try problems.throwIfAny()
    guard let checkpoint, let dataset, let sites else { throw DiagnosticError([]) }
    (self.checkpoint, self.dataset, self.sites) = (checkpoint, dataset, sites)
    remarks = dataset.remarks(training: recipe.data.trainSplit)
    let trains = try recipe.adapter?.trainedWeights()
    self.trains = trains
    trainedWeightCount =
      try trains.map { trains in
        try checkpoint.weights(imageSize: backbone.imageSize).filter(trains).reduce(0) {
          $0 + $1.shape.reduce(1, *)
        }
      } ?? 0
  }

  /// The network at the recipe's image size, frozen but for what the recipe trains of it.
  func network(_ recipe: Recipe) throws -> any Backbone {
    let backbone = recipe.backbone
    return try placing(at: backbone.span) {
      try checkpoint.backbone(
        imageSize: backbone.imageSize, dropPath: backbone.dropPath, precision: backbone.precision,
        training: trains ?? { _ in false })
    }
  }
}
