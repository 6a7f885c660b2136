import Backbones
import Datasets
import Networks
import PETL
import Recipes

/// The weights and images of a recipe of classification.
struct ClassificationInputs: TaskInputs {
  static let task = Recipe.Task.classification
  static let hasClasses = true

  let recipe: Recipe
  let checkpoint: any BackboneCheckpoint
  let dataset: Dataset
  let sites: [SiteGroup]
  /// The choice among the backbone's own weights of those that are trained; nil for none.
  let trains: (@Sendable (BackboneWeight) -> Bool)?
  let trainedWeightCount: Int
  /// What is trained by in the place of cross-entropy; nil for that.
  let loss: (any Loss)?
  let remarks: [Note]
  var hasValidation: Bool { recipe.hasValidation(dataset) }

  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    let backbone = recipe.backbone
    let checkpoint = try problems.collect(at: backbone.span) { try backbone.opened() }
    let dataset = try problems.collect(at: recipe.data.span) { try Dataset(recipe.data) }
    let sites = try checkpoint.flatMap { checkpoint in
      try problems.collect(at: backbone.imageSpan) {
        try checkpoint.sites(imageSize: backbone.imageSize).selected(by: recipe.adapter)
      }
    }
    if let dataset { try recipe.check(dataset, &problems) }
    let loss = try recipe.loss.flatMap { section in
      try problems.collect(at: section.span) {
        try dataset.map { try section.make(recipe.classCounts($0)) }
      }
    }
    try problems.throwIfAny()
    guard let checkpoint, let dataset, let sites else { throw DiagnosticError([]) }
    (self.recipe, self.checkpoint, self.dataset) = (recipe, checkpoint, dataset)
    self.loss = loss ?? nil
    self.sites = [SiteGroup(sites: sites)]
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

  func summary(sites: Int, adapterParameters: Int) -> String {
    "\(sites) sites, \(adapterParameters) adapter parameters, \(dataset.classes.count) classes"
  }

  func dataDigest() throws -> String { try recipe.digest(ofData: dataset) }

  func experiment(_ composition: Composition) throws -> any TrainableExperiment {
    try Experiment(self, composition)
  }

  /// The network at the recipe's image size, frozen but for what the recipe trains of it.
  func network() throws -> any Backbone {
    let backbone = recipe.backbone
    return try placing(at: backbone.span) {
      try checkpoint.backbone(
        imageSize: backbone.imageSize, dropPath: backbone.dropPath, precision: backbone.precision,
        training: trains ?? { _ in false })
    }
  }
}
