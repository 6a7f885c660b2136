/// Spellings by their characters, to find the longest one that begins somewhere.
struct ScalarTrie: Sendable {
  private var children: [UInt64: Int] = [:]
  private var values: [Int] = [-1]

  /// Adds a spelling; of the same one twice the first value stays.
  mutating func insert(_ spelling: [Unicode.Scalar], _ value: Int) {
    guard !spelling.isEmpty else { return }
    var node = 0
    for scalar in spelling {
      let key = Self.key(node, scalar)
      if let child = children[key] {
        node = child
      } else {
        children[key] = values.count
        node = values.count
        values.append(-1)
      }
    }
    if values[node] < 0 { values[node] = value }
  }

  /// The longest spelling that begins at a place of a text.
  func longest(in text: [Unicode.Scalar], at start: Int) -> (length: Int, value: Int)? {
    var node = 0
    var best: (Int, Int)?
    for index in start..<text.count {
      guard let child = children[Self.key(node, text[index])] else { break }
      node = child
      if values[node] >= 0 { best = (index + 1 - start, values[node]) }
    }
    return best
  }

  private static func key(_ node: Int, _ scalar: Unicode.Scalar) -> UInt64 {
    UInt64(node) << 21 | UInt64(scalar.value)
  }
}
