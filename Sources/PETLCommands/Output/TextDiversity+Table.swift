import Answers
import Networks

extension TextDiversity {
  /// All figures in one row.
  var table: String {
    func figure(_ value: Double?, _ digits: Int) -> String {
      value.map { fixed($0, digits) } ?? "–"
    }
    return Terminal.table(
      [
        "texts", "words", "distinct-1", "distinct-2", "distinct-3", "self-BLEU-4", "entropy (bits)",
      ],
      [
        [
          grouped(texts), grouped(words), figure(distinct1, 4), figure(distinct2, 4),
          figure(distinct3, 4), figure(selfBLEU4, 4), figure(entropy, 3),
        ]
      ])
  }
}
