import Tensors
import TestSupport
import Testing

/// A block of Philox 4x32-10.
struct KnownAnswer: Sendable, CustomStringConvertible {
  let key: UInt64
  let counter: UInt64
  let words: [UInt32]

  var description: String { "key \(key), counter \(counter)" }

  /// The first is Random123's own; the others come from a separate implementation in Python that
  /// gives all of Random123's answers (whose other counters use the high 64 bits, which we leave 0).
  static let all: [KnownAnswer] = [
    .init(
      key: 0x0000000000000000, counter: 0x0000000000000000,
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]),
    .init(
      key: 0x0000000000000000, counter: 0x0000000000000001,
      words: [0xf8e4cca4, 0x5cb200db, 0xb1a574eb, 0x097eff67]),
    .init(
      key: 0x0000000000000001, counter: 0x0000000000000000,
      words: [0xe3e80670, 0xe50a0ebc, 0x95f222c0, 0xb615aa27]),
    .init(
      key: 0xffffffffffffffff, counter: 0xffffffffffffffff,
      words: [0x4d18d7d2, 0x430ac65a, 0xbd2fa22a, 0x0afae10d]),
    .init(
      key: 0x299f31d0a4093822, counter: 0x85a308d3243f6a88,
      words: [0xe69c9c31, 0xb5a3d762, 0xe733bfc1, 0x341a787c]),
    .init(
      key: 0x0123456789abcdef, counter: 0x0000000100000000,
      words: [0xd9412d6a, 0x59dd3f68, 0x9d46a012, 0x5d27ddd9]),
    .init(
      key: 0xdeadbeef00000000, counter: 0x00000000ffffffff,
      words: [0x450ed269, 0x1b58fa8e, 0x0220f202, 0x84ec65cf]),
  ]
}

@Suite("Random numbers")
struct RandomTests {
  @Test("Known answers", arguments: KnownAnswer.all)
  func knownAnswers(_ known: KnownAnswer) {
    var generator = RandomGenerator(key: known.key, counter: known.counter)
    #expect(generator.words(4) == known.words)
    #expect(generator.counter == known.counter &+ 1)
  }

  @Test("A stream goes on in whole blocks, however it is taken")
  func blocks() {
    var whole = RandomGenerator(seed: 1)
    var parts = whole
    let all = whole.words(24)
    let taken = [1, 4, 6, 8].map { parts.words($0) }
    #expect(taken == [[all[0]], Array(all[4..<8]), Array(all[8..<14]), Array(all[16..<24])])
    #expect(parts == whole)
    var resumed = RandomGenerator(key: whole.key, counter: whole.counter)
    #expect(resumed.words(9) == whole.words(9))
  }

  @Test("Streams by name are independent of use and of each other")
  func splits() {
    let root = RandomGenerator(seed: 1)
    var used = root
    _ = used.words(100)
    #expect(root.split("a") == used.split("a"))
    var keys: Set<UInt64> = [root.key]
    for seed in 0..<50 {
      let generator = RandomGenerator(seed: UInt64(seed))
      for name in ["", "a", "b", "ab", "ba", "dropout"] { keys.insert(generator.split(name).key) }
      for number in 0..<50 { keys.insert(generator.split("layer", number).key) }
    }
    #expect(keys.count == 1 + 50 * 56)
    var (a, b) = (root.split("a"), root.split("b"))
    let (x, y) = (a.normal(20_000), b.normal(20_000))
    let correlation = zip(x, y).reduce(0) { $0 + Double($1.0 * $1.1) } / 20_000
    #expect(abs(correlation) < 0.035)
  }

  @Test("Uniform numbers fill their range evenly and never reach its end")
  func uniform() {
    var generator = RandomGenerator(seed: 2)
    let x = generator.uniform(100_000, in: -1..<3)
    #expect(x.allSatisfy { (-1..<3).contains($0) })
    let (mean, variance) = moments(x)
    #expect(abs(mean - 1) < 0.02)
    #expect(abs(variance - 16.0 / 12) < 0.02)
    var counts = Array(repeating: 0, count: 16)
    for value in x { counts[Int((value + 1) * 4)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 6250) < 400 })
    // Where floats are far apart, rounding up would reach the bound.
    let far = generator.uniform(100_000, in: 1_000_000..<1_000_001)
    #expect(far.allSatisfy { (1_000_000..<1_000_001).contains($0) })
    #expect(generator.uniform(3, in: 1..<1) == [1, 1, 1])
  }

  @Test("Normal numbers have the moments and the tails of a normal distribution")
  func normal() {
    var generator = RandomGenerator(seed: 3)
    let x = generator.normal(100_001, mean: 2, deviation: 3)
    #expect(x.count == 100_001)
    #expect(x.allSatisfy { $0.isFinite })
    let (mean, variance) = moments(x)
    #expect(abs(mean - 2) < 0.05)
    #expect(abs(variance - 9) < 0.2)
    let outside = x.count { abs($0 - 2) > 6 }
    #expect(abs(Double(outside) / 100_001 - 0.0455) < 0.004)
    let fourth = x.reduce(0) { $0 + pow4((Double($1) - 2) / 3) } / 100_001
    #expect(abs(fourth - 3) < 0.2)
  }

  @Test("Permutations are permutations, each as likely as any other")
  func permutations() {
    var generator = RandomGenerator(seed: 4)
    for count in [0, 1, 2, 7, 1000] {
      #expect(generator.permutation(count).sorted() == Array(0..<count))
    }
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[generator.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 500) < 120 })
  }

  @Test("A dropout mask keeps the expected share, scaled, and moves the stream on")
  func dropout() {
    var generator = RandomGenerator(seed: 5)
    let mask = generator.dropoutMask([101, 99], probability: 0.25)
    #expect(generator.counter == UInt64((101 * 99 + 3) / 4))
    #expect(mask.values.allSatisfy { $0 == 0 || $0 == 1 / 0.75 })
    #expect(abs(moments(mask.values).mean - 1) < 0.03)
    #expect(generator.dropoutMask([101, 99], probability: 0.25).values != mask.values)
    #expect(generator.dropoutMask([5], probability: 0).values == [1, 1, 1, 1, 1])
    let before = generator
    let x = sample([3, 4])
    #expect(x.dropout(0, using: &generator).values == x.values)
    #expect(generator == before)
  }

  private func pow4(_ x: Double) -> Double { x * x * x * x }

  private func moments(_ x: [Float]) -> (mean: Double, variance: Double) {
    let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
    let squares = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, squares / Double(x.count))
  }
}
