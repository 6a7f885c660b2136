/// What pairs of tokens become, and in which order.
package struct MergeTable: Sendable {
  /// What two tokens become; of several pairs in a word the one with the lowest rank goes first, of equal ones
  /// the leftmost.
  package struct Merge: Sendable {
    let rank: Int
    let token: Int
  }

  private var merges: [UInt64: Merge] = [:]

  /// No merge yet.
  package init() {}

  /// How many there are.
  package var count: Int { merges.count }

  private static func key(_ first: Int, _ second: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: first) << 32 | UInt64(truncatingIfNeeded: second)
  }

  /// What a pair becomes; nil where there is no rule for it.
  package subscript(_ first: Int, _ second: Int) -> Merge? { merges[Self.key(first, second)] }

  /// Sets what a pair becomes.
  package mutating func set(_ first: Int, _ second: Int, rank: Int, token: Int) {
    merges[Self.key(first, second)] = Merge(rank: rank, token: token)
  }

  package mutating func reserve(_ count: Int) { merges.reserveCapacity(count) }

  /// The tokens of a word, merged as long as there is a rule.
  package func merged(_ tokens: [Int]) -> [Int] {
    guard tokens.count > 1 else { return tokens }
    var queue = MergeQueue(tokens)
    merge(&queue, count: tokens.count)
    return queue.result
  }

  /// Merges what is in a queue of `count` tokens.
  func merge(_ queue: inout MergeQueue, count: Int) {
    for index in 0..<count - 1 { offer(index, &queue) }
    while let merge = queue.popFirst() {
      let before = queue.apply(merge)
      if let before { offer(before, &queue) }
      offer(merge.index, &queue)
    }
  }

  /// Enters the pair that begins at a token, where there is a rule for it.
  private func offer(_ index: Int, _ queue: inout MergeQueue) {
    guard let (first, second) = queue.pair(at: index), let merge = self[first, second] else {
      return
    }
    queue.insert(
      .init(rank: merge.rank, index: index, first: first, second: second, token: merge.token))
  }
}
