import AdapterFiles
import Backbones
import Datasets
import Networks
import PETL
import Ranks
import Recipes

/// A recipe with everything it names brought together: the composer's product, ready to be trained.
///
/// Any adapter goes with any list of regularizers; what cannot be is refused here with a sentence,
/// before anything is trained.
public final class Experiment: TrainableExperiment {
  /// What was asked for.
  public let recipe: Recipe
  /// The images as they are.
  public let dataset: Dataset
  /// The network with its adapters and head.
  public let model: Model
  /// What the user should know, a sentence each.
  public let notes: [Note]
  /// What is trained by and measured in the place of cross-entropy; nil for that.
  let loss: (any Loss)?
  /// The names of the classes.
  public var classes: [String] { dataset.classes }
  /// The network with its adapters.
  public var network: any TrainedNetwork { model }
  /// The names of the classes, as files of weights hold them.
  public var fileMetadata: [String: String] { ClassNames.metadata(classes) }

  /// Composes an experiment.
  ///
  /// - Parameter recipe: of task: classification.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public convenience init(_ recipe: Recipe) throws {
    try recipe.require(.classification)
    let inputs = try ClassificationInputs(recipe)
    try self.init(inputs, Composition(inputs))
  }

  init(_ inputs: ClassificationInputs, _ composition: Composition) throws {
    let recipe = inputs.recipe
    let generator = RandomGenerator(seed: UInt64(recipe.seed))
    let backbone = try inputs.network()
    self.recipe = inputs.checkpoint.recorded(in: recipe)
    dataset = inputs.dataset
    loss = inputs.loss
    model = Model(
      backbone: backbone, adapters: composition.adapters, classes: dataset.classes.count,
      generator: generator)
    notes =
      try backbone.notes + inputs.remarks
      + recipe.preprocessingRemarks(size: backbone.imageSize)
      + (recipe.selection.caution.map { [.warning($0)] } ?? [])
  }

  /// The name of the data set.
  public var dataName: String { dataset.name }

  /// The images, how many classes they have, and their size.
  public var dataDescription: String {
    "\(dataset.name), \(classes.count) classes, images of \(model.backbone.imageSize) px"
  }
  /// The group of tasks that the images are of, where there is one.
  public var dataProvenance: [String: String] {
    let group = dataset.description.group
    return group.isEmpty ? [:] : ["data_group": group]
  }

  /// The splits at the network's size; images in files are decoded now.
  ///
  /// - Throws: `DiagnosticError` when a split is missing or an image cannot be decoded.
  public func pipeline(_ ranks: any Ranks = SingleRank()) throws -> ImagePipeline {
    try ImagePipeline(
      dataset, trainSplit: recipe.data.trainSplit,
      size: model.backbone.imageSize, preprocessing: Preprocessing(recipe.data),
      onError: OnImageError(recipe.data.onError),
      cache: recipe.data.cache ? .standard : nil,
      augmentation: Augmentation(recipe.data.augmentation), ranks: ranks)
  }
}

extension Experiment {
  /// The images, and the caches of activations.
  public func openTask(epochs: Int, _ ranks: any Ranks) throws -> OpenedTask {
    let task = ClassificationTask(
      model, try pipeline(ranks), classes: classes, recipe, loss: loss, epochs: epochs)
    try model.backbone.requireMemory(
      forBatch: min(recipe.examplesAtOnce, task.exampleCount),
      hint: "choose a smaller micro_batch_size or backbone.image_size")
    return OpenedTask(task: task)
  }

  /// Refuses a split that cannot be measured.
  public func check(_ split: Split) throws { try recipe.check(split, of: dataset) }

  /// Measures a split at the size and with the preprocessing of the recipe.
  public func evaluate(_ split: Split, batchSize: Int?) throws -> Evaluation {
    let pipeline = try pipeline()
    guard let images = pipeline.images(of: split) else { throw recipe.noSplit(split, of: dataset) }
    return model.evaluate(
      images, pipeline, batchSize: batchSize ?? recipe.examplesAtOnce, cache: nil, loss: loss)
  }

  /// Writes a PEFT folder where that can hold the adapter, else our own format.
  public func writeAdapter(to folder: String, metadata: [String: String]) throws -> String {
    try AdapterExport.write(
      model, to: folder, recipe: recipe, metadata: metadata.merging(fileMetadata) { own, _ in own })
  }

  /// An adapter of the same network.
  public func referenceAdapter(at path: String) throws -> AdapterSet {
    // What it trained of the network would take the place of what this run trains.
    try LoadedAdapter.read(
      path, for: model.backbone, registry: recipe.registry, takesWeights: false
    ).adapters
  }

  /// The digest of the bytes of a safetensors set, of the images and labels of an embedded set, and of the
  /// names, sizes, times of change and labels of images in files.
  public func dataDigest() throws -> String { try recipe.digest(ofData: dataset) }

  /// The contents of images in files; nil where images are no files.
  public func dataContents(_ ranks: any Ranks) throws -> DataContents? {
    try DataContents(dataset, ranks)
  }

  /// Puts the head that came with the weights in the place of the fresh one.
  ///
  /// - Throws: `DiagnosticError` when there is none or it has other classes than the data.
  public func usePretrainedHead() throws {
    guard let head = model.backbone.pretrainedHead else {
      throw DiagnosticError(
        "\(recipe.backbone.weights) has no head", hints: ["give the folder of a run instead"])
    }
    guard head.weight.shape == model.headWeight.value.shape else {
      throw DiagnosticError(
        "the head of \(recipe.backbone.weights) has \(head.weight.shape[0]) classes, data set "
          + "'\(dataset.name)' has \(dataset.classes.count)",
        hints: ["give the folder of a run instead"])
    }
    model.headWeight.update(to: head.weight)
    model.headBias.update(to: head.bias)
  }
}
