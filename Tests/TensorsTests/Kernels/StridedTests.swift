import CKernels
import TestSupport
import Testing

@testable import Tensors

/// A walk over two arrays with strides of their own.
struct Walk: Sendable, CustomStringConvertible {
  let shape: [Int]
  let source: [Int]
  let target: [Int]

  var description: String { "\(shape), \(source) to \(target)" }

  /// The offsets in both arrays, in row-major order.
  var offsets: [(source: Int, target: Int)] {
    shape.indices.reduce([(0, 0)]) { offsets, axis in
      offsets.flatMap { offset in
        (0..<shape[axis]).map { i in
          (offset.0 + i * source[axis], offset.1 + i * target[axis])
        }
      }
    }
  }

  /// The rows along the last axis, as one range or cut in two.
  func ranges(_ pieces: Int) -> [Range<Int>] {
    let rows = shape.dropLast().reduce(1, *)
    let cut = pieces == 1 ? 0 : rows / 3
    return [0..<cut, cut..<rows]
  }

  static let all: [Walk] = [
    .init(shape: [], source: [], target: []),
    .init(shape: [7], source: [1], target: [1]),
    .init(shape: [7], source: [3], target: [2]),
    .init(shape: [7], source: [2], target: [0]),
    .init(shape: [7], source: [1], target: [0]),
    .init(shape: [0, 3], source: [3, 1], target: [3, 1]),
    .init(shape: [3, 0], source: [3, 1], target: [3, 1]),
    .init(shape: [3, 5], source: [1, 3], target: [5, 1]),
    .init(shape: [3, 5], source: [5, 1], target: [0, 1]),
    .init(shape: [3, 5], source: [5, 1], target: [1, 0]),
    .init(shape: [3, 5], source: [1, 3], target: [1, 0]),
    .init(shape: [2, 3, 4, 5], source: [0, 20, 5, 1], target: [60, 5, 15, 1]),
    .init(
      shape: [2, 1, 3, 1, 2, 1, 2, 3], source: [1, 0, 2, 0, 6, 0, 12, 24],
      target: [36, 0, 12, 0, 6, 0, 3, 1]),
  ]
}

@Suite("Strided kernels agree with loops")
struct StridedTests {
  private let x = sample(200, 1)
  private let start = sample(200, 2)

  @Test(
    "Copies", arguments: Walk.all.filter { !$0.target.contains(0) || $0.shape.count == 8 }, [1, 2])
  func copies(walk: Walk, pieces: Int) {
    var (y, wanted) = (start, start)
    for r in walk.ranges(pieces) {
      unsafe petl_strided_copy(
        Int32(walk.shape.count), walk.shape, r.lowerBound, r.count, walk.source, walk.target, x, &y)
    }
    for (from, to) in walk.offsets { wanted[to] = x[from] }
    #expect(y == wanted)
  }

  @Test("Sums", arguments: Walk.all, [1, 2])
  func sums(walk: Walk, pieces: Int) {
    var y = start
    var wanted = start.map(Double.init)
    for r in walk.ranges(pieces) {
      unsafe petl_strided_add(
        Int32(walk.shape.count), walk.shape, r.lowerBound, r.count, walk.source, walk.target, x, &y)
    }
    for (from, to) in walk.offsets { wanted[to] += Double(x[from]) }
    #expect(Tolerance(1e-6, 1e-6).complaint(y, wanted) == nil)
  }

  @Test("Functions of two arguments", arguments: Walk.all, [1, 2])
  func functions(walk: Walk, pieces: Int) {
    var (y, wanted) = (start, start)
    for r in walk.ranges(pieces) {
      // What is written begins with the first of these rows.
      var part = Array(y[(r.lowerBound * (walk.shape.last ?? 1))...])
      unsafe petl_strided_binary(
        Int32(PETL_SUBTRACT.rawValue), Int32(walk.shape.count), walk.shape, r.lowerBound, r.count,
        walk.source, walk.target, x, start, &part)
      y.replaceSubrange((r.lowerBound * (walk.shape.last ?? 1))..., with: part)
    }
    for (i, (a, b)) in walk.offsets.enumerated() { wanted[i] = x[a] - start[b] }
    #expect(y == wanted)
  }

  @Test("Broadcasts, their gradients and permutations do not depend on the number of threads")
  func threads() {
    let x = sample([37, 41, 53], 3)
    let (row, column, plane) = (sample([53], 4), sample([37, 1, 1], 5), sample([41, 53], 6))
    func results(_ count: Int) -> [[Float]] {
      Workers.with(count: count) {
        let leaves = [x, row, column, plane].map { $0.differentiable() }
        let y = (leaves[0] * leaves[1] + leaves[2]) / (leaves[3].squared() + 1)
        let gradients = y.backward(from: x)
        return [y.values, x.transposed([2, 0, 1]).values, x.sliced(axis: 1, 3..<38).values]
          + leaves.map { gradients[$0]?.values ?? [] }
      }
    }
    let one = results(1)
    for count in [2, 3, 8] { #expect(results(count) == one, "\(count)") }
    let sums = (0..<53).map { c in
      (0..<37 * 41).reduce(0.0) { $0 + Double(x.values[$1 * 53 + c]) }
    }
    let found = x.summed(to: [53]).values
    #expect(Tolerance(1e-5, 1e-4).complaint(found, sums) == nil)
  }

  @Test("Products over an empty inner axis are zero, and add nothing")
  func emptyProducts() {
    let a = Tensor([], shape: [3, 0])
    let b = Tensor([], shape: [0, 4])
    #expect(a.matmul(b).values == Array(repeating: 0, count: 12))
    let batch = Tensor([], shape: [2, 3, 0])
    let other = Tensor([], shape: [2, 0, 4])
    #expect(batch.matmul(other).values == Array(repeating: 0, count: 24))
    #expect(
      a.linear(weight: Tensor([], shape: [2, 0]), bias: Tensor([5, 6])).values == [
        5, 6, 5, 6, 5, 6,
      ])
    #expect(Tensor([], shape: [0, 3]).matmul(sample([3, 4])).shape == [0, 4])
  }
}
