/// The tokens of a word as a linked list, and its pairs that can be merged as a heap: merging a word takes
/// n log n steps, not n².
package struct MergeQueue {
  /// Two tokens side by side that become one.
  package struct Candidate {
    let rank: Int
    /// Where the first of them is.
    package let index: Int
    let first: Int
    let second: Int
    /// What they become.
    let token: Int

    /// Makes a candidate.
    package init(rank: Int, index: Int, first: Int, second: Int, token: Int) {
      (self.rank, self.index, self.token) = (rank, index, token)
      (self.first, self.second) = (first, second)
    }

    @inline(__always)
    func precedes(_ other: Candidate) -> Bool {
      rank < other.rank || rank == other.rank && index < other.index
    }
  }

  private var tokens: [Int]
  private var next: [Int]
  private var previous: [Int]
  private var heap: [Candidate] = []
  /// How many candidates were compared and moved so far.
  private(set) var steps = 0

  /// Takes the tokens of a word.
  package init(_ tokens: [Int]) {
    self.tokens = tokens
    next = Array(1..<tokens.count + 1)
    previous = Array(-1..<tokens.count - 1)
    heap.reserveCapacity(tokens.count)
  }

  /// The tokens that are left.
  package var result: [Int] { tokens.filter { $0 >= 0 } }

  /// The token at an index and the one after it; nil for the last, and where a token went.
  package func pair(at index: Int) -> (Int, Int)? {
    guard tokens[index] >= 0, next[index] < tokens.count else { return nil }
    return (tokens[index], tokens[next[index]])
  }

  /// Makes one token of two.
  ///
  /// - Returns: Where the token before them is, if there is one.
  package mutating func apply(_ merge: Candidate) -> Int? {
    let gone = next[merge.index]
    tokens[merge.index] = merge.token
    tokens[gone] = -1
    next[merge.index] = next[gone]
    if next[gone] < tokens.count { previous[next[gone]] = merge.index }
    return previous[merge.index] >= 0 ? previous[merge.index] : nil
  }

  /// Adds a pair.
  package mutating func insert(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      steps += 1
      guard candidate.precedes(heap[parent]) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = candidate
  }

  /// Takes the first pair that is still there.
  package mutating func popFirst() -> Candidate? {
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
    var parent = 0
    while case let left = 2 * parent + 1, left < heap.count {
      let right = left + 1
      let least = right < heap.count && heap[right].precedes(heap[left]) ? right : left
      steps += 1
      guard heap[least].precedes(last) else { break }
      heap[parent] = heap[least]
      parent = least
    }
    heap[parent] = last
    return first
  }
}
