/// What telling classes is trained by: from logits and labels to a loss of each image.
///
/// A loss gives the parts of a mean, an image each; the core adds them up and divides by the sum of the
/// weights, so that batches that are split over threads or machines give the same value.
///
/// Laws that the conformance kit (`PETLTesting`) checks: values are finite for any finite logits, an
/// image's part depends on no other image, gradients are those of finite differences, and the mean over
/// a batch is that of its parts.
///
/// A complete loss, the multi-class hinge loss of Crammer and Singer:
///
/// ```swift
/// import PETL
///
/// struct Hinge: Loss {
///   init(options: NoOptions, classes: ClassCounts) {}
///
///   func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
///     let (rows, classes, values) = (labels.count, logits.shape[1], logits.values)
///     var (losses, slopes) = ([Float](), [Float]())
///     for (row, label) in labels.enumerated() {
///       let own = values[row * classes + label]
///       let rivals = (0..<classes).filter { $0 != label }
///       let rival = rivals.max { values[row * classes + $0] < values[row * classes + $1] } ?? label
///       let margin = 1 + values[row * classes + rival] - own
///       losses.append(max(0, margin))
///       slopes += (0..<classes).map { $0 == rival ? 1 : $0 == label ? -1 : 0 }
///         .map { margin > 0 ? $0 : 0 }
///     }
///     let slope = Tensor(slopes, shape: [rows, classes])
///     return ExampleLosses(
///       values: .custom(from: [logits], result: Tensor(losses)) { gradient in
///         [slope * gradient.reshaped([rows, 1])]
///       })
///   }
/// }
/// ```
public protocol Loss: SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - options: its own.
  ///   - classes: how many training images each class has.
  /// - Throws: `DiagnosticError` when the options do not fit the classes.
  init(options: Options, classes: ClassCounts) throws

  /// The losses of a batch that training makes small.
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - labels: the class of each image.
  /// - Returns: differentiable values and their weights.
  func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses

  /// The losses of a batch as splits are measured; those of training by default.
  ///
  /// Label smoothing and weights are of training alone: a loss that has them measures without.
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - labels: the class of each image.
  /// - Returns: values and their weights.
  func measuredLosses(of logits: Tensor, labels: [Int]) -> ExampleLosses

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }
}

extension Loss {
  /// Those of training.
  public func measuredLosses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    losses(of: logits, labels: labels)
  }

  /// The type's name in lower case and nothing else: enough for a loss used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }
}
