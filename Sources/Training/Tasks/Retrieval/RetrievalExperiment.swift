import Backbones
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Ranks
import Recipes

/// A recipe of retrieval with everything it names brought together: both towers of a CLIP, adapters,
/// regularizers, and images with captions.
public final class RetrievalExperiment: TrainableExperiment {
  /// What was asked for.
  public let recipe: Recipe
  /// Both towers.
  public let model: TwoTowerModel
  /// The images with their captions.
  public let pairs: PairedDataset
  /// What the user should know, a sentence each.
  public let notes: [Note]
  /// Nothing: there are no classes.
  public let fileMetadata: [String: String] = [:]
  /// The network with its adapters.
  public var network: any TrainedNetwork { model }
  /// The tokens of the captions of each image.
  private let tokens: [[[Int]]]

  /// Composes an experiment.
  ///
  /// - Parameter recipe: of task: retrieval.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public convenience init(_ recipe: Recipe) throws {
    try recipe.require(.retrieval)
    let inputs = try RetrievalInputs(recipe)
    try self.init(inputs, Composition(inputs))
  }

  init(_ inputs: RetrievalInputs, _ composition: Composition) throws {
    let recipe = inputs.recipe
    let (checkpoint, backbone) = (inputs.checkpoint, recipe.backbone)
    func trains(_ tower: Tower) -> (BackboneWeight) -> Bool {
      { weight in inputs.places[tower]?.trains(weight) ?? false }
    }
    let image = try checkpoint.image.network(
      imageSize: backbone.imageSize, dropPath: backbone.dropPath,
      precision: backbone.precision.frozen,
      training: trains(.image))
    model = TwoTowerModel(
      image: image,
      text: try checkpoint.text.tower(
        precision: backbone.precision.frozen, training: trains(.text)),
      textProjection: try checkpoint.text.projection(), logitScale: checkpoint.logitScale,
      adapters: composition.adapters, learnsLogitScale: recipe.retrieval.logitScale == .learned,
      learnsProjections: recipe.retrieval.projections == .learned)
    self.recipe = checkpoint.image.recorded(in: recipe)
    pairs = inputs.pairs
    let context = checkpoint.text.configuration.context
    var encoded = inputs.tokenizer.encode(pairs.captions.flatMap { $0 }, length: context)[...]
    tokens = pairs.captions.map { captions in
      defer { encoded = encoded.dropFirst(captions.count) }
      return Array(encoded.prefix(captions.count))
    }
    let full = tokens.reduce(0) { $0 + $1.count { $0.count == context } }
    // To the image tower the other is no part of the network; here it is.
    notes =
      try inputs.remarks + recipe.preprocessingRemarks(size: image.imageSize)
      + image.notes.filter { $0.tower != .text }
      + checkpoint.text.notes + Self.remarks(on: pairs.captions, checkpoint.text.naming)
      + RetrievalInputs.notes(recipe.adapter) + pairs.images.notes
      + (recipe.selection.caution.map { [.warning($0)] } ?? [])
      + (full == 0
        ? [] : ["\(full) captions fill the context of \(context) tokens or were cut to it"])
  }

  /// What the user should know of the captions, where the weights are from a library that cleans them.
  private static func remarks(on captions: [[String]], _ naming: WeightNaming) -> [Note] {
    guard naming.id.hasPrefix("open-clip") else { return [] }
    return CaptionRepairs.note(captions.flatMap { $0 }).map { [Note($0)] } ?? []
  }

  /// The pairs, the size of their images, and the captions.
  public var dataDescription: String {
    let captions = pairs.captions
    return "\(pairs.images.name), \(captions.count) images of \(model.image.imageSize) px with "
      + "\(captions.reduce(0) { $0 + $1.count }) captions"
  }

  /// The pairs, and the caches of activations.
  public func openTask(epochs: Int, _ ranks: any Ranks) throws -> OpenedTask {
    OpenedTask(task: try task(epochs: epochs, batchSize: recipe.batchSize, ranks))
  }

  private func task(
    epochs: Int, batchSize: Int, _ ranks: any Ranks = SingleRank()
  ) throws -> RetrievalTask {
    let pipeline = try ImagePipeline(
      pairs.images, trainSplit: recipe.data.trainSplit,
      size: model.image.imageSize, preprocessing: Preprocessing(recipe.data),
      onError: OnImageError(recipe.data.onError),
      cache: recipe.data.cache ? .standard : nil,
      augmentation: Augmentation(recipe.data.augmentation), ranks: ranks)
    let task = RetrievalTask(
      model, pipeline, captions: tokens, recipe, batchSize: batchSize, epochs: epochs)
    try model.image.requireMemory(
      forBatch: min(batchSize, task.exampleCount), hint: "choose a smaller batch_size")
    return task
  }

  /// Refuses a split that cannot be measured.
  public func check(_ split: Split) throws { try recipe.check(split, of: pairs.images) }

  /// Measures a split.
  ///
  /// - Parameters:
  ///   - split: train, val or test.
  ///   - batchSize: images or captions at once; the recipe's if nil.
  /// - Returns: recalls, loss and redundancy.
  /// - Throws: `DiagnosticError` when there is no such split or an image cannot be decoded.
  public func evaluate(_ split: Split, batchSize: Int?) throws -> Evaluation {
    try check(split)
    let task = try task(epochs: 1, batchSize: batchSize ?? recipe.batchSize)
    return task.evaluate(task.pipeline.images(of: split) ?? task.pipeline.train, cache: nil)
  }

  /// The name of the images with captions.
  public var dataName: String { pairs.images.name }

  /// Both directions, and the sum of their recalls below.
  public func table(of figures: Evaluation, called name: String) -> FiguresTable {
    let directions = [
      ("image to text", figures.recalls?.imageToText),
      ("text to image", figures.recalls?.textToImage),
    ]
    let redundancy = figures.redundancy.map { ", mean |ρ| \(fixed($0, 4))" } ?? ""
    return FiguresTable(
      header: [name, "R@1", "R@5", "R@10"],
      rows: directions.map { name, recall in
        [name, percent(recall?.at1), percent(recall?.at5), percent(recall?.at10)]
      },
      footer: "rsum \(fixed(figures.recalls?.sum ?? 0, 1)), loss \(fixed(figures.loss, 4)), "
        + "\(figures.examples) images\(redundancy)")
  }

  /// The contents of images in files, with the tokens of their captions.
  public func dataContents(_ ranks: any Ranks) throws -> DataContents? {
    try DataContents(
      pairs.images, more: ["captions \(SHA256.digest(of: Array("\(tokens)".utf8)))"], ranks)
  }

  /// Refused: there is an adapter for each tower.
  public func referenceAdapter(at path: String) throws -> AdapterSet {
    throw DiagnosticError(
      "\(path): reference adapters are read for task: classification only",
      hints: ["choose a regularizer without a reference"])
  }

  /// The digest of the images and the tokens of their captions.
  public func dataDigest() throws -> String {
    var hash = Array(digest(of: pairs.images).utf8)
    hash += Array("\(tokens)".utf8)
    return SHA256.digest(of: hash)
  }
}
