import PETL

/// The options of `Focal`.
public struct FocalOptions: PluginOptions {
  /// γ: how much less an image counts that is told well already.
  public var gamma = 2.0
  /// α: the weights of the classes.
  public var classWeights = ClassWeights.equal

  /// The defaults.
  public init() {}

  /// Declares γ and α.
  public mutating func visit(_ options: OptionReader) {
    options.number("gamma", &gamma, in: 0...100, help: "how much less a well told image counts")
    options.classWeights(
      "class_weights", &classWeights,
      help:
        "alpha, of the classes in their order; balanced: images / (classes · images of the class)"
    )
  }
}

/// The focal loss (Lin et al., arXiv 1708.02002): −α_y (1 − p_y)^γ log p_y.
///
/// The paper has it for a sigmoid; with a softmax over classes, and the mean over all images whatever
/// their weights, it is our choice. With γ = 0 and without weights it is cross-entropy.
public struct Focal: Loss {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "focal", summary: "Cross-entropy that counts well told images less",
    source: "Lin et al., arXiv 1708.02002; over a softmax: our choice")

  private let gamma: Double
  private let weights: [Float]?

  /// Makes the loss.
  ///
  /// - Throws: `DiagnosticError` when there are more or fewer weights than classes.
  public init(options: FocalOptions, classes: ClassCounts) throws {
    gamma = options.gamma
    weights = try options.classWeights.values(for: classes)
  }

  /// The losses, each image with a weight of 1 in the mean.
  public func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    ExampleLosses(
      values: logits.lossesByRow { row, number in
        let label = labels[number]
        let logarithms = logProbabilities(of: row)
        let (own, alpha) = (logarithms[label], Double(weights?[label] ?? 1))
        let p = exponential(own)
        let rest = max(0, 1 - p)
        let factor = power(rest, gamma)
        // dℓ / d log p_y; at p_y = 1 its second part is 0.
        let inner = rest > 0 ? gamma * p * power(rest, gamma - 1) * own : 0
        let slope = -alpha * (factor - inner)
        return (
          -alpha * factor * own,
          logarithms.indices.map { c in
            slope * ((c == label ? 1 : 0) - exponential(logarithms[c]))
          }
        )
      })
  }
}
