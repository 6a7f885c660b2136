import Backbones
import Checkpoints
import Datasets
import PETL
import Recipes

extension Predictor {
  /// The network of a file of weights, with its own head.
  ///
  /// - Parameters:
  ///   - weights: `embedded:NAME` or a path.
  ///   - imageSize: the side of the images in pixels; nil for the size of the weights.
  ///   - normalization: how pixels become numbers; nil to find out (`NormalizationGuess`).
  /// - Throws: `DiagnosticError` when the weights cannot be read.
  public convenience init(
    weights: String, imageSize: Int? = nil, normalization: Normalization? = nil
  ) throws {
    let checkpoint = try Ingredients.checkpoint(BackboneRecipe(weights: weights))
    let (store, description) = try Ingredients.weights(weights)
    let backbone = try checkpoint.backbone(
      imageSize: imageSize, dropPath: 0, precision: .single, training: { _ in false })
    let guess =
      normalization == nil ? NormalizationGuess(for: store, description: description) : nil
    self.init(
      name: weights, backbone: backbone, adapters: .none, head: backbone.pretrainedHead,
      classes: ClassNames.read(store.metadata, count: checkpoint.classes ?? 0)
        ?? checkpoint.labels.flatMap { $0.count == checkpoint.classes ? $0 : nil },
      preprocessing: Preprocessing(normalization: normalization ?? guess?.mode ?? .inception),
      notes: guess.map { ["normalization \($0.mode.rawValue): \($0.reason)"] } ?? [])
  }

  /// The model that a run ended with; the data it was trained on need not be there.
  ///
  /// - Parameters:
  ///   - run: the folder.
  ///   - registry: the plugins that its recipe may name.
  ///   - overrides: changes to the recipe, such as another path of the weights.
  /// - Throws: `DiagnosticError` when the folder does not fit its recipe.
  public convenience init(
    run: String, registry: PluginRegistry, overrides: [String] = []
  ) throws {
    let folder = try RunFolder(existing: run)
    let recipe = try Recipe(
      path: folder.file("recipe.yaml"), overrides: overrides, registry: registry)
    let path = try folder.lastCheckpoint(of: recipe)
    let file = try SafetensorsFile(path: path)
    guard let count = file.entry("head.weight")?.shape.first else {
      throw DiagnosticError("\(path): tensor 'head.weight' is missing")
    }
    let checkpoint = try Ingredients.located(at: recipe.backbone.span) {
      try Ingredients.checkpoint(recipe.backbone)
    }
    let generator = RandomGenerator(seed: UInt64(recipe.seed))
    let sites = try Ingredients.selected(
      recipe.adapter, from: checkpoint.sites(imageSize: recipe.backbone.imageSize))
    let adapters = try recipe.adapter.map {
      try AdapterSet($0.method, at: sites, generator: generator.split("adapters"))
    }
    let backbone = try checkpoint.backbone(
      imageSize: recipe.backbone.imageSize, dropPath: 0, precision: recipe.backbone.precision,
      training: Ingredients.trainedWeights(recipe.adapter) ?? { _ in false })
    let model = Model(
      backbone: backbone, adapters: adapters ?? .none, classes: count, generator: generator)
    try Checkpoint.load(path, into: model)
    // Folders from before the names were stored: from the data, where they are still there.
    let classes =
      ClassNames.read(file.metadata, count: count)
      ?? (try? recipe.data.opened())?.classes
    try self.init(
      name: run, backbone: backbone, adapters: model.adapters,
      head: (model.headWeight.value.detached(), model.headBias.value.detached()),
      classes: classes?.count == count ? classes : nil,
      preprocessing: Preprocessing(recipe.data),
      data: recipe.data, batchSize: recipe.batchSize)
  }
}

extension Predictor {
  /// Measures the network on labelled images.
  ///
  /// - Parameters:
  ///   - images: of any size, in memory or as files.
  ///   - dataset: what they are of, for messages.
  ///   - batchSize: images at once; redundancy is over the tokens of a batch.
  /// - Returns: the figures, and which classes were taken for which.
  /// - Throws: `DiagnosticError` when there is no head, or one of other classes, or a file cannot be
  ///   decoded.
  public func evaluate(
    _ images: ImageSource, of dataset: Dataset, batchSize: Int
  ) throws -> (evaluation: Evaluation, confusion: ConfusionMatrix) {
    let model = try model()
    let count = model.headWeight.value.shape[0]
    guard count == dataset.classes.count else {
      throw DiagnosticError(
        "the head of \(name) has \(count) classes, data set '\(dataset.name)' has "
          + "\(dataset.classes.count)",
        hints: ["petl predict gives the logits of any head on any images"])
    }
    if let classes, classes != dataset.classes, Set(classes) == Set(dataset.classes),
      let index = classes.indices.first(where: { classes[$0] != dataset.classes[$0] })
    {
      throw DiagnosticError(
        "class \(index) is '\(classes[index])' for the head of \(name), "
          + "'\(dataset.classes[index])' in data set '\(dataset.name)'",
        hints: ["expected the classes in the same order"])
    }
    var totals = EvaluationTotals(classes: count)
    let labels = images.labels
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let range = start..<min(images.count, start + batchSize)
      let (pass, batch) = try pass(over: images, range)
      let logits = noGradient { model.logits(batch, pass: pass) }
      totals.add(logits, labels: Array(labels[range]), pass: pass)
    }
    return (totals.evaluation, totals.confusion)
  }

  /// What the user should know of a data set whose classes have other names than the head's; nil where
  /// they are the same, or where numbers stand for either.
  public func remark(on dataset: Dataset) -> String? {
    let numbers = (0..<dataset.classes.count).map(String.init)
    guard let classes, classes != dataset.classes, classes != numbers, dataset.classes != numbers,
      let pair = zip(classes, dataset.classes).first(where: { $0.0 != $0.1 })
    else { return nil }
    return "the head of \(name) names its classes in another way than data set '\(dataset.name)', "
      + "such as '\(pair.0)' for '\(pair.1)'"
  }
}
