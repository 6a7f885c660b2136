import Checkpoints

/// How often n words follow each other in a text.
struct NGramCounts {
  /// The number of each.
  private(set) var counts: [[ExactName]: Int] = [:]
  /// The number of all together.
  private(set) var total = 0

  init(_ words: [ExactName], length: Int) {
    for start in 0..<max(0, words.count - length + 1) {
      counts[Array(words[start..<start + length]), default: 0] += 1
    }
    total = max(0, words.count - length + 1)
  }

  /// Those of several texts together.
  init(sum parts: [NGramCounts]) {
    for part in parts {
      counts.merge(part.counts, uniquingKeysWith: +)
      total += part.total
    }
  }

  /// The number of different ones over that of all; nil without one.
  var distinct: Double? { total > 0 ? Double(counts.count) / Double(total) : nil }
}
