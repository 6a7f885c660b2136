import TestSupport
import Testing

@testable import Tensors

@Suite("Operations of language models")
struct TextOperationTests {
  @Test("Rotation reuses the memory that nobody else has, and no other")
  func rotationInPlace() {
    let angles = RotaryAngles(frequencies: [1, 0.25])
    let x = sample([1, 3, 4], 1)
    let before = x.values
    let turned = x.rotated(by: angles)
    #expect(x.values == before)
    let inPlace = turning(sample([1, 3, 4], 1), angles)
    #expect(inPlace.isSame)
    #expect(inPlace.values == turned.values)
    // The first token is not turned; a turn keeps lengths.
    #expect(Array(turned.values.prefix(4)) == Array(before.prefix(4)))
    let lengths = (turned.squared().sum(over: [2]).values, x.squared().sum(over: [2]).values)
    #expect(distance(lengths.0, lengths.1) < 1e-5)
  }

  /// Turns a tensor that nobody else holds, and says whether its memory was used.
  private func turning(
    _ x: consuming Tensor, _ angles: RotaryAngles
  ) -> (isSame: Bool, values: [Float]) {
    let memory = ObjectIdentifier(x.storage)
    let turned = (consume x).rotated(by: angles)
    return (ObjectIdentifier(turned.storage) == memory, turned.values)
  }

  @Test("Attention over a cache is that of whole texts")
  func cached() {
    let (q, k, v) = (sample([2, 9, 12], 1), sample([2, 9, 6], 2), sample([2, 9, 6], 3))
    let scope = AttentionScope(heads: 4, keyValueHeads: 2, isCausal: true, window: 5)
    let whole = Tensor.attention(query: q, key: k, value: v, lengths: [9, 9], scope)
    func part(_ x: Tensor, _ range: Range<Int>) -> Tensor { x.sliced(axis: 1, range) }
    for (first, count) in [(0, 9), (4, 3), (8, 1), (0, 1)] {
      let range = first..<first + count
      let y = Tensor.cachedAttention(
        query: part(q, range), keys: k, values: v, starts: [first, first],
        lengths: [count, count], scope)
      #expect(distance(y.values, part(whole, range).values) < 1e-6, "\(range)")
    }
  }

  @Test(
    "Attention by distances without tables is plain, and what a text is filled up with is nothing")
  func distances() {
    let (q, k, v) = (sample([2, 9, 12], 1), sample([2, 9, 12], 2), sample([2, 9, 12], 3))
    let rows = Array(0..<17)
    let scope = DistanceScope(heads: 3, scale: 0.5, rows: rows)
    let own = Tensor.attention(
      query: q, key: k, value: v, keyTable: nil, queryTable: nil, lengths: [9, 4], scope)
    let plain = Tensor.attention(
      query: q, key: k, value: v, lengths: [9, 4],
      AttentionScope(heads: 3, isCausal: false, scale: 0.5))
    #expect(distance(own.values, plain.values) < 1e-6)
    let tables = (sample([17, 12], 4), sample([17, 12], 5))
    func attended(_ texts: Range<Int>, _ tokens: Int, _ lengths: [Int]) -> Tensor {
      func part(_ x: Tensor) -> Tensor { x.sliced(axis: 0, texts).sliced(axis: 1, 0..<tokens) }
      return Tensor.attention(
        query: part(q), key: part(k), value: part(v), keyTable: tables.0, queryTable: tables.1,
        lengths: lengths,
        DistanceScope(heads: 3, scale: 0.5, rows: Array(rows[9 - tokens..<8 + tokens])))
    }
    let together = attended(0..<2, 9, [9, 4])
    let alone = attended(1..<2, 4, [4])
    let text = together.sliced(axis: 0, 1..<2)
    #expect(distance(text.sliced(axis: 1, 0..<4).values, alone.values) < 1e-6)
    #expect(text.sliced(axis: 1, 4..<9).values.allSatisfy { $0 == 0 })
    for count in [1, 3] {
      let again = Workers.with(count: count) { attended(0..<2, 9, [9, 4]) }
      #expect(again.values == together.values)
    }
  }

  @Test("The loss over a vocabulary in parts is that of all logits")
  func parts() {
    let (rows, width, size) = (70, 3, 400)
    let hidden = sample([rows, width], 1).differentiable()
    let weight = sample([size, width], 2)
    let targets: [Int?] = (0..<rows).map { $0 % 7 == 3 ? nil : ($0 * 37) % size }
    let head = PackedFrozenMap(weight: weight, bias: nil, repacks: false)
    let loss = hidden.vocabularyLoss(head: head, targets: targets, dividingBy: 11, atOnce: 4000)
    let kept = targets.indices.filter { targets[$0] != nil }
    let logits = hidden.gathered(kept).linear(weight: weight)
    let plain = logits.crossEntropy(kept.map { targets[$0] ?? 0 }).scaled(
      by: Float(kept.count) / 11)
    #expect(abs(loss.item - plain.item) < 1e-5 * plain.item)
    let (own, wanted) = (loss.backward()[hidden], plain.backward()[hidden])
    #expect(distance(own?.values ?? [], wanted?.values ?? [.nan]) < 1e-5)
    let logarithms = hidden.vocabularyLogProbabilities(
      head: head, targets: targets, atOnce: 4000)
    #expect(logarithms[3] == 0)
    let sum = logarithms.reduce(0) { $0 - Double($1) }
    #expect(abs(sum / 11 - Double(plain.item)) < 1e-4 * Double(plain.item))
  }

  @Test("No target gives no loss and no gradient")
  func noTarget() {
    let hidden = sample([3, 4], 1).differentiable()
    let head = DenseFrozenMap(weight: sample([5, 4], 2), bias: nil)
    let loss = hidden.vocabularyLoss(head: head, targets: [nil, nil, nil], dividingBy: 1)
    #expect(loss.item == 0)
    #expect(loss.backward()[hidden]?.values == Array(repeating: 0, count: 12))
  }

  @Test("A packed map gives its rows", arguments: [(5, 7), (64, 33), (131, 16), (3, 1)])
  func rows(_ size: (outputs: Int, inputs: Int)) {
    let weight = sample([size.outputs, size.inputs], 1)
    let indices = [0, size.outputs - 1, size.outputs / 2, 0]
    let exact = PackedFrozenMap(weight: weight, bias: nil).rows(indices)
    #expect(exact.values == weight.gathered(indices).values)
    let half = PackedFrozenMap(weight: weight, bias: nil, precision: .mixed).rows(indices)
    #expect(distance(half.values, exact.values) < 0.01)
    #expect(half.values.allSatisfy { $0.bitPattern & 0xFFFF == 0 })
  }

  @Test("Rows are written where they belong")
  func writing() {
    let x = Tensor.zeros([2, 4, 1])
    x.write(Tensor([1, 2, 3, 4], shape: [2, 2, 1]), rows: [2, 1], at: [1, 3])
    #expect(x.values == [0, 1, 2, 0, 0, 0, 0, 3])
  }
}
