import PETL

/// The options of `Binary`.
public struct BinaryOptions: PluginOptions {
  /// ε: how much of the target is spread over all classes.
  public var labelSmoothing = 0.0
  /// Whether an image's loss is the sum over the classes, not their mean.
  public var sumClasses = false

  /// The defaults.
  public init() {}

  /// Declares both.
  public mutating func visit(_ options: OptionReader) {
    options.labelSmoothing(&labelSmoothing)
    options.boolean(
      "sum_classes", &sumClasses, help: "an image's loss is the sum over the classes, not the mean")
  }
}

/// Binary cross-entropy of each class against all others, with a sigmoid for each.
///
/// Data sets have one label an image here, so targets are one-hot, as DeiT III (Touvron et al., arXiv
/// 2204.07118) and ResNet strikes back (Wightman et al., arXiv 2110.00476) train: 1 − ε + ε / C of the
/// label and ε / C of all others. The mean over images and classes is `torch.nn.BCEWithLogitsLoss`.
public struct Binary: Loss {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "binary", summary: "Binary cross-entropy of each class against all others",
    source: "Wightman et al., arXiv 2110.00476; as torch.nn.BCEWithLogitsLoss")

  private let options: BinaryOptions

  /// Makes the loss.
  public init(options: BinaryOptions, classes: ClassCounts) { self.options = options }

  /// The losses with smoothing.
  public func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    losses(logits, labels, smoothing: options.labelSmoothing)
  }

  /// The losses without smoothing.
  public func measuredLosses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    losses(logits, labels, smoothing: 0)
  }

  private func losses(_ logits: Tensor, _ labels: [Int], smoothing: Double) -> ExampleLosses {
    let classes = logits.shape[1]
    let share = options.sumClasses ? 1 : 1 / Double(max(1, classes))
    let spread = smoothing / Double(max(1, classes))
    return ExampleLosses(
      values: logits.lossesByRow { row, number in
        var (value, slopes) = (0.0, [Double]())
        for (c, logit) in row.map(Double.init).enumerated() {
          let target = spread + (c == labels[number] ? 1 - smoothing : 0)
          value += share * (softplus(logit) - target * logit)
          slopes.append(share * (sigmoid(logit) - target))
        }
        return (value, slopes)
      })
  }
}
