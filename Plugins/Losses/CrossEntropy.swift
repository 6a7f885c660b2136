import PETL

/// The options of `CrossEntropy`.
public struct CrossEntropyOptions: PluginOptions {
  /// ε: how much of the target is spread over all classes.
  public var labelSmoothing = 0.0
  /// The weights of the classes.
  public var classWeights = ClassWeights.equal

  /// The defaults.
  public init() {}

  /// Declares label smoothing and class weights.
  public mutating func visit(_ options: OptionReader) {
    options.labelSmoothing(&labelSmoothing)
    options.classWeights(
      "class_weights", &classWeights,
      help: "of the classes in their order; balanced: images / (classes · images of the class)")
  }
}

extension OptionReader {
  /// Declares label smoothing.
  func labelSmoothing(_ value: inout Double) {
    number(
      "label_smoothing", &value, in: 0...0.999,
      help: "how much of the target is spread evenly over all classes")
  }
}

/// Cross-entropy with label smoothing (Szegedy et al., arXiv 1512.00567) and class weights, as PyTorch's
/// `torch.nn.CrossEntropyLoss`.
///
/// ℓᵢ = −Σ_c w_c ((1 − ε) [c = yᵢ] + ε / C) log p_c, and the mean is Σ ℓᵢ / Σ w_yᵢ. Splits are measured by
/// plain cross-entropy, as timm does.
public struct CrossEntropy: Loss {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "cross-entropy", summary: "Cross-entropy, with label smoothing and class weights",
    source: "as torch.nn.CrossEntropyLoss; label smoothing: Szegedy et al., arXiv 1512.00567")

  private let smoothing: Double
  private let weights: [Float]?

  /// Makes the loss.
  ///
  /// - Throws: `DiagnosticError` when there are more or fewer weights than classes.
  public init(options: CrossEntropyOptions, classes: ClassCounts) throws {
    smoothing = options.labelSmoothing
    weights = try options.classWeights.values(for: classes)
  }

  /// The losses with smoothing and weights.
  public func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    let classes = logits.shape[1]
    let values = logits.crossEntropies { row in
      (0..<classes).map { c in
        let target = (c == labels[row] ? 1 - smoothing : 0) + smoothing / Double(classes)
        return target * Double(weights?[c] ?? 1)
      }
    }
    return ExampleLosses(values: values, weights: weights.map { all in labels.map { all[$0] } })
  }

  /// Plain cross-entropy.
  public func measuredLosses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    let classes = logits.shape[1]
    return ExampleLosses(
      values: logits.crossEntropies { row in (0..<classes).map { $0 == labels[row] ? 1 : 0 } })
  }
}
