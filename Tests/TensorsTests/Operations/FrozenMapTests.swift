import TestSupport
import Testing

@testable import Tensors

@Suite("Frozen maps")
struct FrozenMapTests {
  /// The last are large enough to be turned round in cache: for few and many rows, not for 200.
  static let sizes = [
    (7, 5, 3), (130, 33, 65), (64, 192, 576), (3, 1, 1), (600, 520, 1100), (9, 520, 1100),
    (200, 520, 1100),
  ]

  @Test("packed give the values and gradients of dense ones", arguments: [false, true])
  func packed(hasBias: Bool) {
    for (rows, input, output) in Self.sizes {
      let (weight, bias) = (
        sample([output, input], 1), hasBias ? sample([output], 2) : nil
      )
      let x = sample([rows, input], 3).differentiable()
      let up = sample([rows, output], 4)
      let packed = PackedFrozenMap(weight: weight, bias: bias)
      let dense = DenseFrozenMap(weight: weight, bias: bias)
      // Twice, as the second packing is made on the way; and into a gradient that is there already.
      for _ in 0..<2 {
        let y = x.mapped(by: packed) + x.mapped(by: packed)
        let z = x.mapped(by: dense).scaled(by: 2)
        let (dy, dz) = (y.backward(from: up)[x], z.backward(from: up)[x])
        let close = Tolerance(3e-4, 2e-5)  // sums of up to 1100 products of order one
        #expect(close.complaint(y.values, z.values.map(Double.init)) == nil)
        #expect(close.complaint(dy?.values ?? [], (dz?.values ?? []).map(Double.init)) == nil)
      }
    }
  }

  @Test("in mixed precision are those of rounded numbers")
  func mixed() {
    for (rows, input, output) in Self.sizes {
      let (weight, bias) = (sample([output, input], 1), sample([output], 2))
      let x = sample([rows, input], 3).differentiable()
      let up = sample([rows, output], 4)
      let map = PackedFrozenMap(weight: weight, bias: bias, precision: .mixed)
      let reference = DenseFrozenMap(weight: weight.roundedToBFloat16, bias: bias)
      let y = x.mapped(by: map)
      let z = x.roundedToBFloat16.mapped(by: reference)
      #expect(Tolerance(3e-4, 2e-5).complaint(y.values, z.values.map(Double.init)) == nil)
      let dx = y.backward(from: up)[x]
      let dz = Tensor(uninitialized: x.shape)
      reference.applyTransposed(to: up.roundedToBFloat16, into: dz, adding: false)
      let complaint = Tolerance(3e-4, 2e-5).complaint(
        dx?.values ?? [], dz.values.map(Double.init))
      #expect(complaint == nil)
    }
  }

  /// Every map, dense and packed, finishes its products alike.
  @Test("finish their products", arguments: [0, 1, 2, 3])
  func finishes(kind: Int) throws {
    let (weight, bias, x) = (sample([9, 5], 1), sample([9], 2), sample([8, 5], 3))
    let map: any FrozenMap =
      switch kind {
      case 0: DenseFrozenMap(weight: weight, bias: bias)
      case 1: PackedFrozenMap(weight: weight, bias: bias)
      case 2: PackedFrozenMap(weight: weight, bias: bias, precision: .mixed)
      default: try #require(QuantizedFrozenMap(weight: weight, bias: bias))
      }
    let close = Tolerance(1e-5, 1e-5)
    func check(_ result: Tensor, _ wanted: [Float]) -> String? {
      close.complaint(result.values, wanted.map(Double.init))
    }
    let y = Tensor(uninitialized: [8, 9])
    map.apply(to: x, into: y)
    let plain = y.values
    let other = sample([8, 9], 4)
    map.apply(to: x, into: y, finish: .adding(other))
    #expect(check(y, zip(plain, other.values).map { $0 + $1 }) == nil)
    map.apply(to: x, into: y, finish: .adding(y))
    #expect(check(y, zip(plain, other.values).map { 2 * $0 + $1 }) == nil)
    map.apply(to: x, into: y, finish: .scaling(by: other))
    #expect(check(y, zip(plain, other.values).map { $0 * $1 }) == nil)
    let slope = Tensor(uninitialized: [8, 9])
    map.apply(to: x, into: y, finish: .gelu(slope: slope))
    #expect(check(y, plain.map { Float(geluInDouble(Double($0)).value) }) == nil)
    #expect(check(slope, plain.map { Float(geluInDouble(Double($0)).slope) }) == nil)
    let dx = Tensor(uninitialized: [8, 5])
    map.applyTransposed(to: other, into: dx, adding: false)
    let factor = sample([8, 5], 5)
    let products = zip(dx.values, factor.values).map { $0 * $1 }
    map.applyTransposed(to: other, into: dx, finish: .scaling(by: factor))
    #expect(check(dx, products) == nil)
  }

  @Test("added to a stream, and as a feed-forward branch, are the plain operations one by one")
  func branches() {
    let up = PackedFrozenMap(weight: sample([12, 5], 1), bias: sample([12], 2))
    let down = PackedFrozenMap(weight: sample([5, 12], 3), bias: sample([5], 4))
    let x = sample([3, 2, 5], 5).differentiable()
    let stream = sample([3, 2, 5], 6).differentiable()
    let weights = sample([3, 2, 5], 7)
    let fused = x.feedForward(up: up, down: down, addedTo: stream).mapped(by: up)
      .mapped(by: down, addedTo: stream)
    let plain =
      stream + (stream + x.mapped(by: up).gelu().mapped(by: down)).mapped(by: up).mapped(by: down)
    let close = Tolerance(1e-5, 1e-5)
    #expect(close.complaint(fused.values, plain.values.map(Double.init)) == nil)
    let (a, b) = (fused.backward(from: weights), plain.backward(from: weights))
    for leaf in [x, stream] {
      let complaint = close.complaint(
        a[leaf]?.values ?? [], (b[leaf]?.values ?? []).map(Double.init))
      #expect(complaint == nil)
    }
    let alone = x.detached().feedForward(up: up, down: down)
    #expect(!alone.requiresGradient)
  }

  /// As a feed-forward branch with the quick form of GELU: the same bits as the operations one by one.
  @Test(arguments: [1, 7, 3001]) func quickGELU(_ rows: Int) {
    let up = PackedFrozenMap(weight: sample([1499, 3], 1), bias: sample([1499], 2))
    let down = PackedFrozenMap(weight: sample([2, 1499], 3), bias: sample([2], 4))
    let x = sample([rows, 3], 5).differentiable()
    let fused = x.feedForward(up: up, down: down, .quickGELU)
    let plain = x.mapped(by: up).quickGELU().mapped(by: down)
    #expect(fused.values.map(\.bitPattern) == plain.values.map(\.bitPattern))
    let weights = sample([rows, 2], 7)
    let (a, b) = (fused.backward(from: weights)[x], plain.backward(from: weights)[x])
    #expect(a?.values.map(\.bitPattern) == b?.values.map(\.bitPattern))
  }

  @Test("as a feed-forward branch of many rows take them part by part")
  func manyRows() {
    let up = PackedFrozenMap(weight: sample([1500, 3], 1), bias: sample([1500], 2))
    let down = PackedFrozenMap(weight: sample([2, 1500], 3), bias: nil)
    let x = sample([3001, 3], 5).differentiable()
    let stream = sample([3001, 2], 6)
    let fused = x.feedForward(up: up, down: down, addedTo: stream)
    let plain = stream + x.mapped(by: up).gelu().mapped(by: down)
    let close = Tolerance(2e-4, 1e-5)
    #expect(close.complaint(fused.values, plain.values.map(Double.init)) == nil)
    let weights = sample([3001, 2], 7)
    let (a, b) = (fused.backward(from: weights)[x], plain.backward(from: weights)[x])
    #expect(close.complaint(a?.values ?? [], (b?.values ?? []).map(Double.init)) == nil)
  }

  @Test("of a feed-forward branch may be walked twice")
  func twice() {
    let up = PackedFrozenMap(weight: sample([12, 5], 1), bias: nil)
    let down = PackedFrozenMap(weight: sample([4, 12], 3), bias: nil)
    let x = sample([6, 5], 5).differentiable()
    let loss = x.feedForward(up: up, down: down).squared().sum()
    let first = loss.backward(keepingGraph: true)[x]?.values
    let second = loss.backward()[x]?.values
    #expect(first != nil)
    #expect(first == second)
  }
}

extension Tensor {
  fileprivate var roundedToBFloat16: Tensor { Tensor(values.map { rounded($0) }, shape: shape) }
}
