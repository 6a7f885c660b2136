import PETL

/// What is measured of labels of texts beside accuracy and loss.
///
/// Each is what scikit-learn and SciPy compute: `f1_score`, `matthews_corrcoef`, `pearsonr`, `spearmanr`. An F1 and
/// Matthews' correlation that are not defined are 0, as there; so is none of the correlations of numbers, which are
/// nil for a constant.
public struct TextMetrics: Sendable, Codable, Equatable {
  /// The F1 of the second of two classes, the mean over more classes, or for several labels a text that of all labels
  /// together; nil of numbers.
  public let f1: Double?
  /// Matthews' correlation of one class a text; nil of other labels.
  public private(set) var matthews: Double?
  /// Pearson's correlation of numbers; nil where all answers or all labels are the same, and of classes.
  public private(set) var pearson: Double?
  /// Spearman's correlation of numbers, ties with their mean rank; nil where Pearson's is.
  public private(set) var spearman: Double?

  /// Measures one class a text.
  ///
  /// - Parameters:
  ///   - guesses: the class that was told of each text.
  ///   - labels: its class.
  ///   - classes: how many there are.
  package init(guesses: [Int], labels: [Int], classes: Int) {
    var counts = [[Double]](repeating: [Double](repeating: 0, count: classes), count: classes)
    for (guess, label) in zip(guesses, labels) { counts[label][guess] += 1 }
    let hits = (0..<classes).map { counts[$0][$0] }
    let told = (0..<classes).map { guess in counts.reduce(0) { $0 + $1[guess] } }
    let there = counts.map { $0.reduce(0, +) }
    // A class that is neither there nor told has no F1.
    let scores = (0..<classes).compactMap { index -> Double? in
      let both = told[index] + there[index]
      return both == 0 ? nil : 2 * hits[index] / both
    }
    if classes == 2 {
      f1 = told[1] + there[1] == 0 ? 0 : scores.last ?? 0
    } else {
      f1 = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    }
    // Gorodkin's correlation of any number of classes, which of two is Matthews'.
    let all = Double(labels.count)
    func products(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let covariance = hits.reduce(0, +) * all - products(told, there)
    let spread = (all * all - products(told, told)) * (all * all - products(there, there))
    matthews = spread > 0 ? covariance / spread.squareRoot() : 0
  }

  /// Measures several classes a text.
  ///
  /// - Parameters:
  ///   - guesses: whether each class was told, text by text.
  ///   - labels: whether it is one of the text's.
  package init(guesses: [Bool], labels: [Bool]) {
    let hits = zip(guesses, labels).count { $0.0 && $0.1 }
    let all = guesses.count { $0 } + labels.count { $0 }
    f1 = all == 0 ? 0 : 2 * Double(hits) / Double(all)
  }

  /// Measures numbers.
  ///
  /// - Parameters:
  ///   - answers: what was told of each text.
  ///   - values: what is right.
  package init(answers: [Float], values: [Float]) {
    f1 = nil
    let (a, b) = (answers.map(Double.init), values.map(Double.init))
    pearson = Self.correlation(a, b)
    spearman = Self.correlation(Self.ranks(a), Self.ranks(b))
  }

  /// Whether it is of numbers, and not of classes.
  public var isOfNumbers: Bool { f1 == nil }

  private enum CodingKeys: CodingKey {
    case f1, matthews, pearson, spearman
  }

  /// The figures there are; of numbers both correlations, `null` where they are not defined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(f1, forKey: .f1)
    try container.encodeIfPresent(matthews, forKey: .matthews)
    guard isOfNumbers else { return }
    try container.encode(pearson, forKey: .pearson)
    try container.encode(spearman, forKey: .spearman)
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
    let count = Double(max(1, a.count))
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var (both, squareA, squareB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      both += (x - meanA) * (y - meanB)
      squareA += (x - meanA) * (x - meanA)
      squareB += (y - meanB) * (y - meanB)
    }
    let value = both / (squareA.squareRoot() * squareB.squareRoot())
    return value.isFinite ? min(1, max(-1, value)) : nil
  }

  /// The rank of each value, from 1; equal ones have the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
