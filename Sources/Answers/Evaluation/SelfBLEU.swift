import Checkpoints
import Foundation

/// The BLEU-4 of each of some texts with all others as references.
///
/// BLEU-4 is BP · (p₁ p₂ p₃ p₄)^(1/4). pₙ is the number of a text's sequences of n words that occur in a reference,
/// each counted at most as often as in the reference that has it most often, over max(1, the number of its sequences);
/// where no sequence of two words or more occurs, 0.1 stands for their number (NLTK's smoothing, method 1). Without a
/// common word BLEU is 0. With c words in the text and r in the reference whose length is nearest (of two the shorter),
/// BP is 1 where c > r, else exp(1 − r / c).
struct SelfBLEU {
  /// The mean over all texts; nil of fewer than two.
  let mean: Double?

  /// - Parameters:
  ///   - lengths: the number of words of each text.
  ///   - counts: for n from 1 to 4 those of each text.
  init(lengths: [Int], _ counts: [[NGramCounts]]) {
    guard lengths.count > 1 else {
      mean = nil
      return
    }
    let most = counts.map(Self.largest)
    let scores = lengths.indices.map { text in
      let precisions = zip(counts, most).enumerated().map { n, order in
        let own = order.0[text]
        let matches = own.counts.reduce(0) { sum, gram in
          sum + min(gram.value, order.1[gram.key]?.count(without: text) ?? 0)
        }
        return (matches == 0 && n > 0 ? 0.1 : Double(matches)) / Double(max(1, own.total))
      }
      guard precisions[0] > 0 else { return 0.0 }
      let mean = precisions.reduce(0) { $0 + log($1) } / Double(precisions.count)
      return Self.brevity(lengths, text) * exp(mean)
    }
    mean = scores.reduce(0, +) / Double(scores.count)
  }

  /// The largest count of a sequence over texts, and the largest of the other texts.
  private struct Largest {
    var owner: Int
    var count: Int
    var second = 0

    func count(without text: Int) -> Int { text == owner ? second : count }
  }

  private static func largest(_ texts: [NGramCounts]) -> [[ExactName]: Largest] {
    var found: [[ExactName]: Largest] = [:]
    for (text, counts) in texts.enumerated() {
      for (gram, count) in counts.counts {
        guard let old = found[gram] else {
          found[gram] = Largest(owner: text, count: count)
          continue
        }
        found[gram] =
          count > old.count
          ? Largest(owner: text, count: count, second: old.count)
          : Largest(owner: old.owner, count: old.count, second: max(old.second, count))
      }
    }
    return found
  }

  private static func brevity(_ lengths: [Int], _ text: Int) -> Double {
    let own = lengths[text]
    let others = lengths.indices.lazy.filter { $0 != text }.map { lengths[$0] }
    let nearest = others.min { (abs($0 - own), $0) < (abs($1 - own), $1) } ?? own
    return own > nearest ? 1 : exp(1 - Double(nearest) / Double(own))
  }
}
