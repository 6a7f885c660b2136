import Testing

@testable import Answers

/// |ρ| of pairs, pair by pair or in blocks.
@Suite struct PairCorrelationTests {
  @Test func everyPairByItself() {
    let pairs = PairCorrelations([1, -0.5, 0.25, -0.5, 1, 0, 0.25, 0, 1], count: 3, share: 0.5)
    #expect(pairs.rows == [[0.5, 0.25, 0.125], [0.25, 0.5, 0], [0.125, 0, 0.5]])
    #expect(pairs.blockSize == 1)
    #expect(pairs.mean == 0.125)
    let single = PairCorrelations([1], count: 1, share: 1)
    #expect(single.mean == nil)
    #expect(single.rows == [[1]])
  }

  @Test func batchesAddUp() {
    var pairs = PairCorrelations([1, 0.5, 0.5, 1], count: 2, share: 0.5)
    pairs.add(PairCorrelations([1, -1, -1, 1], count: 2, share: 0.5))
    #expect(pairs.rows == [[1, 0.75], [0.75, 1]])
    #expect(pairs.mean == 0.75)
  }

  /// Blocks of three subspaces, the last of one; a subspace with itself is no pair.
  @Test func blocks() {
    let count = 2 * PairCorrelations.mostRows + 2
    var values = [Float](repeating: 0.5, count: count * count)
    for i in 0..<count { values[i * count + i] = 1 }
    values[1] = 0
    let pairs = PairCorrelations(values, count: count, share: 1)
    #expect(pairs.count == count)
    #expect(pairs.blockSize == 3)
    #expect(pairs.rows.count == 44)
    #expect(pairs.rows.allSatisfy { $0.count == 44 })
    // Six pairs off the diagonal, one of them 0.
    #expect(abs(pairs.rows[0][0] - 2.5 / 6) < 1e-12)
    #expect(pairs.rows[1][2] == 0.5)
    #expect(pairs.rows[43][43] == 0)
    let all = Double(count * (count - 1))
    #expect(abs((pairs.mean ?? 0) - (0.5 * all - 0.5) / all) < 1e-12)
  }

  @Test(arguments: [65, 256, 1000]) func whatIsKeptDoesNotGrow(_ count: Int) {
    let pairs = PairCorrelations(
      [Float](repeating: 0, count: count * count), count: count, share: 1)
    #expect(pairs.rows.count <= PairCorrelations.mostRows)
  }
}
