import Backbones
import Checkpoints
import Datasets
import PETL
import Recipes

/// A network that answers: a backbone, what is attached to it, a head where there is one, and how
/// images become its input.
public final class Predictor {
  /// The network.
  public let backbone: any Backbone
  /// What is attached to it.
  public let adapters: AdapterSet
  /// The weight, [classes, width], and bias, [classes]; nil of a network that gives features only.
  public let head: (weight: Tensor, bias: Tensor)?
  /// The names of the head's classes; nil where nothing names them.
  public let classes: [String]?
  /// How images become what the network sees.
  public let preprocessing: Preprocessing
  /// The images that a run trained it on; nil of a file of weights.
  public let data: DataRecipe?
  /// How many images the run had in a batch; 64 of a file of weights.
  public let batchSize: Int
  /// Where it is from: the file of weights, or the folder of a run.
  public let name: String
  /// What the user should know, a sentence each.
  public let notes: [String]

  /// Puts a network together.
  ///
  /// - Parameters:
  ///   - name: where it is from.
  ///   - backbone: the network.
  ///   - adapters: what is attached to it.
  ///   - head: its weight and bias.
  ///   - classes: the names of the head's classes.
  ///   - preprocessing: how images become what the network sees.
  ///   - data: the images that it was trained on.
  ///   - batchSize: images at once, where nothing else is asked for.
  ///   - notes: what the user should know beside the backbone's own notes.
  public init(
    name: String, backbone: any Backbone, adapters: AdapterSet,
    head: (weight: Tensor, bias: Tensor)?, classes: [String]?, preprocessing: Preprocessing,
    data: DataRecipe? = nil, batchSize: Int = 64, notes: [String] = []
  ) {
    self.name = name
    self.backbone = backbone
    self.adapters = adapters
    self.head = head
    self.classes = classes
    self.preprocessing = preprocessing
    self.data = data
    self.batchSize = batchSize
    self.notes = backbone.notes + notes
    backbone.bind(adapters)
  }

  /// How many classes the head has; nil without one.
  public var classCount: Int? { head?.weight.shape[0] }

  /// The name of a class: its number where nothing names it.
  public func className(_ index: Int) -> String { classes?[index] ?? String(index) }

  /// The model of this network, which shares its parameters.
  ///
  /// - Throws: `DiagnosticError` when there is no head.
  public func model() throws -> Model {
    guard let head else {
      throw DiagnosticError(
        "\(name) has no head, so that it classifies nothing",
        hints: ["petl predict writes its features; a run or an adapter brings a head"])
    }
    return Model(backbone: backbone, adapters: adapters, head: head)
  }

  /// What the network gives for some images, in order, batch by batch.
  ///
  /// Images are decoded, resized and normalised a batch at a time.
  ///
  /// - Parameters:
  ///   - images: of any size, in memory or as files.
  ///   - batchSize: images at once.
  ///   - observe: sees each batch's pass, with the subspaces that the adapters left.
  /// - Returns: features, and logits where there is a head.
  /// - Throws: `DiagnosticError` that names the files that cannot be decoded: there is an answer for
  ///   every image, or none.
  public func predictions(
    of images: ImageSource, batchSize: Int, pass observe: (ForwardPass) -> Void = { _ in }
  ) throws -> Predictions {
    var features: [Float] = []
    var logits: [Float] = []
    features.reserveCapacity(images.count * backbone.width)
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let range = start..<min(images.count, start + batchSize)
      let (pass, batch) = try pass(over: images, range)
      noGradient {
        let rows = backbone.features(batch, adapters: adapters, pass: pass)
        features += rows.values
        if let head { logits += rows.linear(weight: head.weight, bias: head.bias).values }
      }
      observe(pass)
    }
    return Predictions(
      count: images.count, features: features, width: backbone.width,
      logits: head == nil ? nil : logits, classes: classCount)
  }

  /// A pass over a part of the images, and that part as the network takes it, [images, height,
  /// width, 3].
  func pass(over images: ImageSource, _ range: Range<Int>) throws -> (ForwardPass, Tensor) {
    let size = backbone.imageSize
    let part = try images.selecting(Array(range)).prepared(preprocessing, size: size).images
    let values = part.batch(
      Array(0..<range.count), normalization: preprocessing.normalization)
    return (
      ForwardPass(isTraining: false, images: range.count, generator: RandomGenerator(seed: 0)),
      Tensor(values, shape: [range.count, size, size, 3])
    )
  }
}
