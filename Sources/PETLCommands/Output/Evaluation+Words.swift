import Networks

extension Evaluation {
  /// What the figures come to in a word: accuracy, or the sum of recalls.
  var score: String {
    recalls.map { "rsum \(fixed($0.sum, 1))" } ?? percent(accuracy)
  }
}
