import Networks
import Training

/// The figures of retrieval in words.
enum RecallTable {
  /// Both directions as a table, and what else was measured.
  static func text(_ figures: Evaluation, of name: String) -> String {
    guard let recalls = figures.recalls else { return "" }
    let rows = [("image to text", recalls.imageToText), ("text to image", recalls.textToImage)].map
    {
      [$0.0, percent($0.1.at1), percent($0.1.at5), percent($0.1.at10)]
    }
    let redundancy = figures.redundancy.map { ", mean |ρ| \(fixed($0, 4))" } ?? ""
    return Terminal.table([name, "R@1", "R@5", "R@10"], rows)
      + "\nrsum \(fixed(recalls.sum, 1)), loss \(fixed(figures.loss, 4)), "
      + "\(figures.examples) images\(redundancy)"
  }
}

extension Evaluation {
  /// What the figures come to in a word: accuracy, or the sum of recalls.
  var score: String {
    recalls.map { "rsum \(fixed($0.sum, 1))" } ?? percent(accuracy)
  }
}
