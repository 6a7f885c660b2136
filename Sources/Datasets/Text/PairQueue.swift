/// The tokens of a word as a linked list, and its pairs that can be merged as a heap: merging a word takes
/// n log n steps, not n².
struct PairQueue {
  /// Two tokens side by side that become one.
  struct Candidate {
    let rank: Int
    /// Where the first of them is.
    let index: Int
    let first: Int
    let second: Int
    /// What they become.
    let token: Int

    func precedes(_ other: Candidate) -> Bool { (rank, index) < (other.rank, other.index) }
  }

  private var tokens: [Int]
  /// Whether a token is still there.
  private var isThere: [Bool]
  private var next: [Int]
  private var previous: [Int]
  private var heap: [Candidate] = []

  init(_ tokens: [Int]) {
    self.tokens = tokens
    isThere = .init(repeating: true, count: tokens.count)
    next = tokens.indices.map { $0 + 1 }
    previous = tokens.indices.map { $0 - 1 }
  }

  /// The tokens that are left.
  var result: [Int] { tokens.indices.filter { isThere[$0] }.map { tokens[$0] } }

  /// The token at an index and the one after it; nil for the last.
  func pair(at index: Int) -> (Int, Int)? {
    guard isThere[index], next[index] < tokens.count else { return nil }
    return (tokens[index], tokens[next[index]])
  }

  /// Makes one token of two.
  ///
  /// - Returns: Where the token before them is, if there is one.
  mutating func apply(_ merge: Candidate) -> Int? {
    let gone = next[merge.index]
    tokens[merge.index] = merge.token
    isThere[gone] = false
    next[merge.index] = next[gone]
    if next[gone] < tokens.count { previous[next[gone]] = merge.index }
    return previous[merge.index] >= 0 ? previous[merge.index] : nil
  }

  /// Adds a pair.
  mutating func insert(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the first pair that is still there.
  mutating func popFirst() -> Candidate? {
    while let candidate = removeFirst() {
      if let (first, second) = pair(at: candidate.index), first == candidate.first,
        second == candidate.second
      {
        return candidate
      }
    }
    return nil
  }

  private mutating func removeFirst() -> Candidate? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].precedes(heap[$1]) }),
        heap[least].precedes(heap[parent])
      else { break }
      heap.swapAt(least, parent)
      parent = least
    }
    return first
  }
}
