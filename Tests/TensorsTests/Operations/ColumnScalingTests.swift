import Tensors
import TestSupport
import Testing

/// Scaled and shifted columns against the operations that they stand for, bit for bit.
@Suite struct ColumnScalingTests {
  private let y = sample([301, 83], 1)
  private let factors = [sample([40], 2), sample([19], 3)]
  private let shift = sample([40], 4)
  private let upstream = sample([301, 83], 5)

  /// The result, and the gradients of y, both factors and the shift.
  private func results(
    _ function: (Tensor, [Tensor], Tensor) -> Tensor, _ threads: Int = 1
  ) -> [[Float]] {
    Workers.with(count: threads) {
      let leaves = ([y] + factors + [shift]).map { $0.differentiable() }
      let result = function(leaves[0].scaled(by: 1), Array(leaves[1...2]), leaves[3])
      let gradients = result.backward(from: upstream)
      return [result.values] + leaves.map { gradients[$0]?.values ?? [] }
    }
  }

  private static func fused(_ y: consuming Tensor, _ s: [Tensor], _ b: Tensor) -> Tensor {
    y.adding([
      ColumnUpdate(scaling: s[1], shift: nil, column: 60),
      ColumnUpdate(scaling: s[0], shift: b, column: 11),
    ])
  }

  private static func apart(_ y: consuming Tensor, _ s: [Tensor], _ b: Tensor) -> Tensor {
    let first = y.sliced(axis: 1, 11..<51) * s[0] + b
    let second = y.sliced(axis: 1, 60..<79) * s[1]
    return y.adding([
      ColumnUpdate(full: first, column: 11), ColumnUpdate(full: second, column: 60),
    ])
  }

  @Test func sameBits() {
    let (fused, apart) = (results(Self.fused), results(Self.apart))
    #expect(fused.map(\.count) == [301 * 83, 301 * 83, 40, 19, 40])
    #expect(fused == apart)
  }

  @Test(arguments: [2, 3, 7]) func threads(_ count: Int) {
    #expect(results(Self.fused, count) == results(Self.fused))
    #expect(results(Self.apart, count) == results(Self.apart))
  }

  /// A tensor that somebody holds stays as it is.
  @Test func memory() {
    let held = y
    let changed = Self.fused(held, factors, shift)
    #expect(held.values == y.values)
    #expect(changed.values == results(Self.fused)[0])
    #expect(Self.fused(y.copied(), factors, shift).values == changed.values)
  }

  /// Where only the shift is trained nothing of y is kept, and gradients are right all the same.
  @Test func parts() {
    let wanted = results(Self.fused)
    let b = shift.differentiable()
    let gradients = Self.fused(y.copied(), factors, b).backward(from: upstream)
    #expect(gradients[b]?.values == wanted[4])
    let s = factors[0].differentiable()
    let other = Self.fused(y.copied(), [s, factors[1]], shift).backward(from: upstream)
    #expect(other[s]?.values == wanted[2])
  }
}

extension ColumnScalingTests {
  /// Every choice of gradients that are wanted, of rows and columns that fill no vector.
  @Test(arguments: 1..<8, [(1, 3), (7, 16), (8, 35), (29, 64)])
  func wanted(_ which: Int, _ size: (rows: Int, cols: Int)) {
    let (y, upstream) = (sample([size.rows, size.cols], 1), sample([size.rows, size.cols], 2))
    let (s, b) = (sample([size.cols], 3), sample([size.cols], 4))
    let leaves = [y, s, b].enumerated().map { index, x in
      which >> index & 1 == 1 ? x.differentiable() : x
    }
    let fused = leaves[0].adding([
      ColumnUpdate(scaling: leaves[1], shift: leaves[2], column: 0)
    ])
    let apart = leaves[0] + (leaves[0] * leaves[1] + leaves[2])
    #expect(fused.values == apart.values)
    let (found, wanted) = (fused.backward(from: upstream), apart.backward(from: upstream))
    for leaf in leaves { #expect(found[leaf]?.values == wanted[leaf]?.values) }
  }
}
