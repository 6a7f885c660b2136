import Backbones
import Datasets
import Foundation
import Networks
import PETL
import Recipes

/// A recipe to start from, made by looking at weights and images: LoRA with ReSoRA in two stages, and
/// the matched control.
public struct StarterRecipe {
  /// The text, with what was found as comments; `Recipe` reads it.
  public let text: String
  /// What the user should know of the weights, a sentence each.
  public let notes: [Note]

  /// The rank of LoRA, where the network is as wide.
  private static let rank = 8

  /// Looks at weights and images and writes a recipe for them.
  ///
  /// - Parameters:
  ///   - name: of the run.
  ///   - weights: `embedded:NAME` or a path.
  ///   - data: the images.
  ///   - imageSize: the side of the images in pixels; nil for the size of the weights.
  ///   - heads: of attention, where nothing beside the weights says them.
  ///   - registry: has `lora` and `resora`.
  /// - Throws: `DiagnosticError` when weights or images cannot be read, or do not go together.
  public init(
    name: String, weights: String, data: DataRecipe, imageSize: Int?, heads: Int? = nil,
    registry: PluginRegistry
  ) throws {
    let checkpoint = try BackboneRecipe(weights: weights) { $0.heads = heads }.opened()
    notes = checkpoint.notes
    let dataset = try Dataset(data)
    let train = try dataset.images(of: .train)
    let outline = checkpoint.outline
    let (store, _) = try WeightReference(weights).open()
    let stated = try WeightsPreprocessing(for: store, folder: WeightReference(weights).folder())
    var remarks = stated.refusals.map { Note($0.message) } + stated.notes
    var data = data
    data.normalization = DataRecipe.Normalization(stated.normalization)
    var keys = Self.dataKeys
    if let found = stated.resize?.stated.preprocessing(stated.normalization) {
      data.resize = found.resize == .squash ? .squash : .shorterSide
      data.crop = found.crop
      keys.formUnion(["resize", "crop", "interpolation"])
      data.interpolation = found.interpolation == .bilinear ? .bilinear : .bicubic
    }
    if let (resize, file) = stated.resize {
      let isDone = resize.preprocessing(stated.normalization) != nil
      remarks.append(Note("\(file) \(resize.words)" + (isDone ? "" : ", which is not done here")))
      if let side = resize.side, side != imageSize ?? outline.imageSize {
        remarks.append(Note("images of \(side) px", at: file))
      }
    }
    let comments = remarks.map { "# \(StarterText.line("\($0)"))\n" }.joined()
    let batchSize = Self.batchSize(of: train.count)
    let network = BackboneRecipe(weights: weights) {
      ($0.imageSize, $0.heads, $0.dropPath) = (imageSize ?? outline.imageSize, heads, 0.1)
    }
    text = """
      # Made by petl init from \(StarterText.line(weights)) and \(StarterText.line(dataset.name)).
      # Look at every option: petl describe recipe. Check: petl validate; train: petl run.
      name: \(StarterText.scalar(name))
      # \(Self.words(outline, imageSize))
      backbone:
      \(Self.section(network.written, only: Self.networkKeys))
      \(([Self.words(dataset)] + dataset.remarks(training: .train).map(\.description)).map { "# " + StarterText.line($0) }.joined(separator: "\n"))
      # normalization: \(StarterText.line(stated.reason))
      \(comments)data:
      \(Self.section(data.written, only: keys))
      adapter:
        type: lora
        rank: \(min(Self.rank, outline.width))
        sites: [query, value]
      regularizers:
        - type: resora       # redundancy of the adapter's subspaces; petl describe resora
          measure: linear
          weight: 0.1        # lambda
      optimizer: {type: adamw, learning_rate: 1e-3, weight_decay: 1e-4}
      schedule: {type: cosine, warmup_epochs: 3}
      batch_size: \(batchSize)       # \(train.count / batchSize) steps an epoch
      stages:
        - {name: base, epochs: 20, regularize: false}
        - {name: refine, epochs: 20, regularize: true}
      control: true          # refine once more without the regularizer, to compare with

      """
    // What is wrong with it is said now, by those who will read it.
    _ = try Plan(Recipe(text: text, name: "starter recipe", registry: registry))
  }

  /// 64, or the largest power of two that leaves eight steps an epoch.
  private static func batchSize(of images: Int) -> Int {
    var size = 64
    while size > 1, images < 8 * size { size /= 2 }
    return size
  }

  /// The keys of the network that a reader starts with; the others have their defaults.
  private static let networkKeys: Set<String> = [
    "weights", "image_size", "heads", "drop_path",
  ]
  /// The same of the images.
  private static let dataKeys: Set<String> = [
    "type", "name", "path", "normalization", "val_fraction", "test_fraction",
  ]

  /// A part of a mapping, two spaces in.
  private static func section(_ node: ConfigurationNode, only keys: Set<String>) -> String {
    guard case .mapping(let entries) = node.value else { return "" }
    let kept = ConfigurationNode(
      .mapping(entries.filter { keys.contains($0.key) }), span: node.span)
    return yamlText(of: kept).split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  }

  private static func words(_ network: NetworkOutline, _ chosen: Int?) -> String {
    let size = chosen ?? network.imageSize
    var text = "\(network.summary), images of \(network.imageSize) px"
    if size != network.imageSize { text += ", here of \(size) px" }
    let half = size / 2 / network.step * network.step
    // Fewer than four steps on a side are no picture.
    if half >= 4 * network.step { text += "; image_size: \(half) costs about a quarter" }
    return text
  }

  private static func words(_ dataset: Dataset) -> String {
    let splits = [("training", dataset.train), ("validation", dataset.val), ("test", dataset.test)]
    let counts = splits.compactMap { name, images in images.map { "\($0.count) \(name)" } }
    let size = dataset.train?.pixels.map { " of \($0.width)×\($0.height) px" } ?? ""
    return "\(dataset.classes.count) classes, \(counts.joined(separator: ", ")) images\(size)"
  }
}
