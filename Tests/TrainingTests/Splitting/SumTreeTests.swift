import Testing

@testable import Training

@Suite struct SumTreeTests {
  /// Whatever neighbouring shards somebody has, their sums are sums of the tree, and the whole is the same.
  @Test(arguments: 1...9) func parts(count: Int) throws {
    let tree = SumTree(count: count)
    let leaves = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0..<$0 + 1, "\($0)") })
    func add(_ a: String, _ b: String) -> String { "(\(a)\(b))" }
    let whole = try #require(tree.sum(leaves, add: add))
    for ranks in 1...count + 2 {
      var known: [Range<Int>: String] = [:]
      for rank in 0..<ranks {
        for node in tree.nodes(of: BatchSplit.shards(of: rank, ranks, count)) {
          known[node] = tree.sum(of: node, leaves, add: add)
        }
      }
      #expect(Set(known.keys.flatMap { Array($0) }) == Set(0..<count))
      #expect(tree.sum(known, add: add) == whole, "\(ranks) ranks")
    }
  }

  @Test func order() throws {
    let leaves = Dictionary(uniqueKeysWithValues: (0..<5).map { ($0..<$0 + 1, "\($0)") })
    #expect(SumTree(count: 5).sum(leaves) { "(\($0)\($1))" } == "(((01)(23))4)")
    #expect(SumTree(count: 5).sum([0..<1: 1]) { $0 + $1 } == nil)
  }
}
