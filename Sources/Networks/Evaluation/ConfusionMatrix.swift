/// How often images of one class were taken for another: what accuracy is the trace of.
public struct ConfusionMatrix: Sendable, Equatable {
  /// How many images of each class (row) were taken for each class (column).
  public private(set) var counts: [[Int]]

  /// A matrix of zeros.
  public init(classes: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// Counts one image.
  public mutating func count(_ label: Int, takenFor guess: Int) { counts[label][guess] += 1 }

  /// How many images of a class there were.
  public func examples(of label: Int) -> Int { counts[label].reduce(0, +) }

  /// The share of the images of a class that were classified rightly (recall); nil without images.
  public func accuracy(of label: Int) -> Double? {
    let examples = examples(of: label)
    return examples == 0 ? nil : Double(counts[label][label]) / Double(examples)
  }

  /// The mean over the classes that have images of their accuracies: each class counts alike.
  public var balancedAccuracy: Double {
    let shares = counts.indices.compactMap { accuracy(of: $0) }
    return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
  }
}
