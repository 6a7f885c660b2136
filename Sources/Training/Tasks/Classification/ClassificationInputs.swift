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
  /// The adapter's sites, and the backbone's own weights that are trained.
  let places: TrainedPlaces
  var trainedWeightCount: Int { places.count }
  /// What is trained by in the place of cross-entropy; nil for that.
  let loss: (any Loss)?
  let remarks: [Note]
  var splits: [Split] { dataset.splits }

  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    let backbone = recipe.backbone
    let checkpoint = try problems.collect(opening: backbone) { try backbone.opened() }
    let dataset = try problems.collect(opening: recipe.data) { try Dataset(recipe.data) }
    let places = try checkpoint.flatMap { checkpoint in
      try problems.collect(at: backbone.imageSpan) { try Self.places(recipe, checkpoint) }
    }
    if let dataset { try recipe.check(dataset, &problems) }
    let loss = try recipe.loss.flatMap { section in
      try problems.collect(at: section.span) {
        try dataset.map { try section.make(recipe.classCounts($0)) }
      }
    }
    try problems.throwIfAny()
    guard let checkpoint, let dataset, let places else { throw DiagnosticError([]) }
    (self.recipe, self.checkpoint, self.dataset) = (recipe, checkpoint, try recipe.tried(dataset))
    self.loss = loss ?? nil
    self.places = places
    sites = [SiteGroup(sites: places.sites)]
    remarks = dataset.remarks(training: recipe.data.trainSplit)
  }

  private static func places(
    _ recipe: Recipe, _ checkpoint: any BackboneCheckpoint
  ) throws -> TrainedPlaces {
    let size = recipe.backbone.imageSize
    let sites = try checkpoint.sites(imageSize: size).selected(by: recipe.adapter)
    let places = try TrainedPlaces(
      recipe.adapter, sites: sites, of: checkpoint.weights(imageSize: size))
    if let adapter = recipe.adapter {
      try TrainedPlaces.check(adapter, [places], hasHead: true)
      try adapter.checkPatterns(places.sites)
    }
    return places
  }

  func summary(sites: Int, adapterParameters: Int) -> String {
    "\(sites) sites, \(adapterParameters) adapter parameters, \(dataset.classes.count) classes"
  }

  var weightNotes: [Note] { checkpoint.notes }

  func dataDigest() throws -> String { try recipe.digest(ofData: dataset) }

  func experiment(_ composition: Composition) throws -> any TrainableExperiment {
    try Experiment(self, composition)
  }

  /// The network at the recipe's image size, frozen but for what the recipe trains of it.
  func network() throws -> any Backbone {
    let backbone = recipe.backbone
    return try placing(at: backbone.span) {
      try checkpoint.backbone(
        imageSize: backbone.imageSize, dropPath: backbone.dropPath,
        precision: backbone.precision.frozen,
        training: places.trains)
    }
  }
}
