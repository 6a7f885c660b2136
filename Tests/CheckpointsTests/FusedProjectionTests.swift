import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct FusedProjectionTests {
  static let width = 5

  func factors(_ rank: Int, alpha: Double, _ generator: inout SystemRandomNumberGenerator)
    -> LowRankFactors
  {
    // Multiples of 1/8, so that sums of products are exact.
    func values(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(Int.random(in: 1...16, using: &generator)) / 8 }
    }
    return LowRankFactors(
      a: values(rank * Self.width), b: values(Self.width * rank), rank: rank, alpha: alpha)
  }

  /// scaling · B · A, [outputs, width] row-major.
  func delta(_ lora: LowRankFactors, rslora: Bool = false) -> [Double] {
    let rank = lora.rank
    let scaling = lora.alpha / (rslora ? Double(rank).squareRoot() : Double(rank))
    return (0..<lora.b.count / rank).flatMap { row in
      (0..<Self.width).map { column in
        (0..<rank).reduce(0.0) {
          $0 + Double(lora.b[row * rank + $1]) * Double(lora.a[$1 * Self.width + column])
        } * scaling
      }
    }
  }

  static let zero = [Double](repeating: 0, count: width * width)

  @Test(arguments: 1..<8)
  func fusesAndSplitsAnySubset(_ subset: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let ranks = [2, 1, 3]
    let parts = (0..<3).map { part in
      subset & 1 << part == 0
        ? nil : factors(ranks[part], alpha: 0.5 * Double(ranks[part]), &generator)
    }
    let fused = try peftBlockLoRA(
      query: parts[0], key: parts[1], value: parts[2], width: Self.width)
    #expect(fused.rank == parts.reduce(0) { $0 + ($1?.rank ?? 0) })
    #expect(fused.alpha == 0.5 * Double(fused.rank))
    #expect(delta(fused) == parts.flatMap { $0.map { delta($0) } ?? Self.zero })
    let split = try splitting(fused, width: Self.width)
    #expect([split.query, split.key, split.value] == parts)
  }

  @Test func buildsTheBlocksOfTheFinding() throws {
    let query = LowRankFactors(a: [1, 2], b: [3, 4], rank: 1, alpha: 8)
    let value = LowRankFactors(a: [5, 6], b: [7, 8], rank: 1, alpha: 8)
    let fused = try peftBlockLoRA(query: query, key: nil, value: value, width: 2)
    #expect(fused.a == [1, 2, 5, 6])
    #expect(fused.b == [3, 0, 4, 0, 0, 0, 0, 0, 0, 7, 0, 8])
    #expect(fused.rank == 2)
    #expect(fused.alpha == 16)
  }

  @Test func foldsUnequalScalings() throws {
    var generator = SystemRandomNumberGenerator()
    for rslora in [false, true] {
      let query = factors(2, alpha: 0, &generator)
      let key = factors(2, alpha: 4, &generator)
      let value = factors(3, alpha: 24, &generator)
      let fused = try peftBlockLoRA(
        query: query, key: key, value: value, width: Self.width, rslora: rslora)
      let expected = [query, key, value].flatMap { delta($0, rslora: rslora) }
      for (a, b) in zip(delta(fused, rslora: rslora), expected) {
        #expect(abs(a - b) <= 1e-6 * max(1, abs(b)))
      }
    }
  }

  @Test func splitsALoRATrainedOnTheFusedMap() throws {
    var generator = SystemRandomNumberGenerator()
    var whole = factors(4, alpha: 6, &generator)
    whole.b = (0..<3).flatMap { _ in factors(4, alpha: 1, &generator).b }
    let split = try splitting(whole, width: Self.width)
    let parts = [split.query, split.key, split.value]
    #expect(parts.flatMap { $0.map { delta($0) } ?? Self.zero } == delta(whole))
    #expect(parts.allSatisfy { $0?.a == whole.a })
    #expect(parts.allSatisfy { $0?.alpha == 6 })
  }

  @Test func keepsColumnsThatAreZero() throws {
    var generator = SystemRandomNumberGenerator()
    var query = factors(3, alpha: 3, &generator)
    for row in 0..<Self.width { query.b[row * 3 + 1] = 0 }
    let value = factors(2, alpha: 2, &generator)
    let fused = try peftBlockLoRA(query: query, key: nil, value: value, width: Self.width)
    #expect(
      try splitting(fused, width: Self.width) == ProjectionFactors(query: query, value: value))
    // Untrained: nothing tells the parts apart, each gets all of A.
    let untrained = LowRankFactors(
      a: query.a, b: .init(repeating: 0, count: 9 * Self.width), rank: 3, alpha: 3)
    let split = try splitting(untrained, width: Self.width)
    #expect([split.query, split.key, split.value].allSatisfy { $0?.a == query.a })
  }

  @Test func refusesWhatDoesNotFit() {
    let narrow = LowRankFactors(a: [1], b: [1], rank: 1, alpha: 1)
    expectComplaint("nothing to fuse") {
      try peftBlockLoRA(query: nil, key: nil, value: nil, width: 2)
    }
    expectComplaint("the LoRA of key") {
      try peftBlockLoRA(query: nil, key: narrow, value: nil, width: 2)
    }
    expectComplaint("B [3, 1]") { try splitting(narrow, width: 1) }
  }
}
