/// The order in which sums over the shards of a batch are formed: two neighbours, then two of these sums, and so on.
///
/// It depends on the number of shards alone. So a sum has the same bits whoever formed its parts.
struct SumTree {
  /// How many shards there are, at least one.
  let count: Int

  /// Where a range is cut in two: behind the largest power of two that is less than its length.
  private func middle(_ range: Range<Int>) -> Int {
    var power = 1
    while power * 2 < range.count { power *= 2 }
    return range.lowerBound + power
  }

  /// The fewest sums of the tree that some neighbouring shards make up, in order.
  func nodes(of shards: Range<Int>) -> [Range<Int>] { nodes(of: shards, in: 0..<count) }

  private func nodes(of shards: Range<Int>, in range: Range<Int>) -> [Range<Int>] {
    if shards.isEmpty || !shards.overlaps(range) { return [] }
    if shards.lowerBound <= range.lowerBound, range.upperBound <= shards.upperBound {
      return [range]
    }
    let middle = middle(range)
    return nodes(of: shards, in: range.lowerBound..<middle)
      + nodes(of: shards, in: middle..<range.upperBound)
  }

  /// A sum of the tree.
  ///
  /// - Parameters:
  ///   - range: its shards; all of them when nil.
  ///   - known: the sums that are known: those of single shards, or others of the tree.
  ///   - add: adds two.
  /// - Returns: the sum; nil where something is not known.
  func sum<Value>(
    of range: Range<Int>? = nil, _ known: [Range<Int>: Value], add: (Value, Value) -> Value
  ) -> Value? {
    let range = range ?? 0..<count
    if let value = known[range] { return value }
    guard range.count > 1 else { return nil }
    let middle = middle(range)
    guard let left = sum(of: range.lowerBound..<middle, known, add: add),
      let right = sum(of: middle..<range.upperBound, known, add: add)
    else { return nil }
    return add(left, right)
  }
}
