/// An order of texts in which those of like length go together.
enum LengthGroups {
  /// How many batches are sorted at a time, as Hugging Face's sampler has it: an order of all texts by their lengths
  /// would be the same in each epoch.
  private static let batchesAtOnce = 50

  /// Sorts stretches of a random order by length, cuts them to batches, and puts these in a random order.
  ///
  /// - Parameters:
  ///   - order: a random one of all texts.
  ///   - lengths: the tokens of each text.
  ///   - batchSize: how many go together; the last ones may be fewer.
  /// - Returns: the same texts.
  static func arranged(_ order: [Int], lengths: [Int], batchSize: Int) -> [Int] {
    let whole = order.count / batchSize * batchSize
    let rank = Dictionary(zip(order, 0...)) { first, _ in first }
    var batches: [[Int]] = []
    let stretch = batchesAtOnce * batchSize
    for start in stride(from: 0, to: whole, by: stretch) {
      let part = order[start..<min(whole, start + stretch)].sorted {
        (lengths[$0], $0) < (lengths[$1], $1)
      }
      for start in stride(from: 0, to: part.count, by: batchSize) {
        batches.append(Array(part[start..<start + batchSize]))
      }
    }
    // Where the first text of a batch stood in the random order has nothing to do with its length.
    batches.sort { (rank[$0[0]] ?? 0) < (rank[$1[0]] ?? 0) }
    return batches.flatMap { $0 } + order[whole...]
  }
}
