import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// A network that answers: a backbone, what is attached to it, a head where there is one, and how
/// images become its input.
public final class Predictor {
  /// The network.
  public let backbone: any Backbone
  /// What is attached to it.
  public let adapters: AdapterSet
  /// The weight, [classes, width], and bias, [classes]; nil for a network that gives features only.
  public let head: (weight: Tensor, bias: Tensor)?
  /// The names of the head's classes; nil where nothing names them.
  public let classes: [String]?
  /// Whether the names of the classes are names even if they look like numbers.
  private let classesAreWords: Bool
  /// How images become what the network sees.
  public let preprocessing: Preprocessing
  /// The images that a run trained it on; nil for a file of weights.
  public let data: DataRecipe?
  /// How many images the run had in a batch; 64 of a file of weights.
  public let batchSize: Int
  /// Where it is from: the file of weights, or the folder of a run.
  public let name: String
  /// The name of the adapter's method, or of several; nil without one.
  public let method: String?
  /// What the adapter's file keeps beside its tensors; a probe, perhaps.
  let adapterMetadata: [String: String]
  /// What the user should know, a sentence each.
  public let notes: [Note]

  /// Puts a network together.
  ///
  /// - Parameters:
  ///   - name: where it is from.
  ///   - backbone: the network.
  ///   - adapters: what is attached to it.
  ///   - head: its weight and bias.
  ///   - classes: the names of the head's classes.
  ///   - classesAreWords: whether their names are names even if they look like numbers.
  ///   - preprocessing: how images become what the network sees.
  ///   - data: the images that it was trained on.
  ///   - batchSize: images at once, where nothing else is asked for.
  ///   - method: the name of the adapter's method.
  ///   - adapterMetadata: what the adapter's file keeps beside its tensors.
  ///   - notes: what the user should know beside the backbone's own notes.
  public init(
    name: String, backbone: any Backbone, adapters: AdapterSet,
    head: (weight: Tensor, bias: Tensor)?, classes: [String]?, classesAreWords: Bool = false,
    preprocessing: Preprocessing,
    data: DataRecipe? = nil, batchSize: Int = 64, method: String? = nil,
    adapterMetadata: [String: String] = [:], notes: [Note] = []
  ) {
    self.name = name
    self.backbone = backbone
    self.adapters = adapters
    self.head = head
    self.classes = classes
    self.classesAreWords = classesAreWords
    self.preprocessing = preprocessing
    self.data = data
    self.batchSize = batchSize
    self.method = method
    self.adapterMetadata = adapterMetadata
    self.notes = backbone.notes + notes
    backbone.bind(adapters)
  }

  /// How many classes the head has; nil without one.
  public var classCount: Int? { head?.weight.shape[0] }

  /// The name of a class: its number where nothing names it.
  public func className(_ index: Int) -> String { classes?[index] ?? String(index) }

  /// The classes of the head, to be matched with those of a data set; nil without one.
  public var headClasses: HeadClasses? {
    classCount.map {
      HeadClasses(owner: name, count: $0, names: classes, areWords: classesAreWords)
    }
  }

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
  /// - Parameters:
  ///   - images: in memory, of any size, or files.
  ///   - batchSize: images at once.
  ///   - onError: what is done with a file that cannot be decoded.
  ///   - observe: sees each batch's pass, with the subspaces that the adapters left.
  /// - Returns: features, and logits where there is a head.
  /// - Throws: `DiagnosticError` that names every file that cannot be decoded.
  public func predictions(
    of images: ImageSource, batchSize: Int, onError: OnImageError = .fail,
    pass observe: (ForwardPass) -> Void = { _ in }
  ) throws -> Predictions {
    var (features, logits): ([Float], [Float]) = ([], [])
    var (labels, names): ([Int], [String]) = ([], [])
    features.reserveCapacity(images.count * backbone.width)
    let notes = try forEachBatch(of: images, batchSize, onError) { pass, batch, part in
      noGradient {
        let rows = backbone.features(batch, adapters: adapters, pass: pass)
        features += rows.values
        if let head { logits += rows.linear(weight: head.weight, bias: head.bias).values }
      }
      labels += part.labels
      names += part.names ?? []
      observe(pass)
    }
    return Predictions(
      count: labels.count, features: features, width: backbone.width,
      logits: head == nil ? nil : logits, classes: classCount, labels: labels,
      names: names.count == labels.count ? names : nil, notes: notes)
  }

  /// Goes through images: each batch is decoded, resized and normalised when its turn comes, so that
  /// memory does not grow with their number.
  ///
  /// - Parameters:
  ///   - images: in memory, of any size, or files.
  ///   - batchSize: images at once.
  ///   - onError: what is done with a file that cannot be decoded.
  ///   - body: gets a pass, the images as the network takes them, [images, height, width, 3], and what
  ///     they are of.
  /// - Returns: what the user should know of the images.
  /// - Throws: `DiagnosticError` that names every file that cannot be decoded, after the last batch.
  func forEachBatch(
    of images: ImageSource, _ batchSize: Int, _ onError: OnImageError,
    _ body: (ForwardPass, Tensor, LabelledImages) -> Void
  ) throws -> [Note] {
    let size = backbone.imageSize
    try backbone.requireMemory(
      forBatch: min(batchSize, images.count),
      hint: "choose a smaller --batch-size (batch_size in a recipe) or --image-size")
    var notes: [Note] = []
    var mistakes: [Diagnostic] = []
    var decoded = 0
    let observer = ImageProgress.observer
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let range = start..<min(images.count, start + batchSize)
      defer {
        observer?(
          ImageProgress(
            .predicting, of: images.origin, done: range.upperBound, count: images.count))
      }
      do {
        // Of a batch alone, decoding is no progress to tell of.
        let prepared = try ImageProgress.told(to: nil) {
          try images.selecting(Array(range)).prepared(
            preprocessing, size: size, onError: onError, allowsNone: true)
        }
        notes += prepared.notes
        // Once one is wrong, the others are looked at, so that all mistakes are named at once.
        if !mistakes.isEmpty { continue }
        let part = prepared.images
        // A batch may be damaged as a whole.
        if part.count == 0 { continue }
        decoded += part.count
        let values = part.batch(
          Array(0..<part.count), normalization: preprocessing.normalization)
        let pass = ForwardPass(
          isTraining: false, images: part.count, generator: RandomGenerator(seed: 0))
        body(pass, Tensor(values, shape: [part.count, size, size, 3]), part)
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics
      }
    }
    if !mistakes.isEmpty { throw DiagnosticError(mistakes) }
    guard decoded > 0 else {
      throw DiagnosticError(
        "none of the \(images.count) images of \(images.origin) can be decoded",
        hints: notes.prefix(1).map(\.statement))
    }
    return notes
  }
}
