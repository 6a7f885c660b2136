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

  @Test("Copies", arguments: Walk.all.filter { !$0.target.contains(0) || $0.shape.count == 8 })
  func copies(walk: Walk) {
    var (y, wanted) = (start, start)
    unsafe petl_strided_copy(
      Int32(walk.shape.count), walk.shape, walk.source, walk.target, x, &y)
    for (from, to) in walk.offsets { wanted[to] = x[from] }
    #expect(y == wanted)
  }

  @Test("Sums", arguments: Walk.all)
  func sums(walk: Walk) {
    var y = start
    var wanted = start.map(Double.init)
    unsafe petl_strided_add(
      Int32(walk.shape.count), walk.shape, walk.source, walk.target, x, &y)
    for (from, to) in walk.offsets { wanted[to] += Double(x[from]) }
    #expect(Tolerance(1e-6, 1e-6).complaint(y, wanted) == nil)
  }

  @Test("Functions of two arguments", arguments: Walk.all)
  func functions(walk: Walk) {
    var (y, wanted) = (start, start)
    unsafe petl_strided_binary(
      Int32(PETL_SUBTRACT.rawValue), Int32(walk.shape.count), walk.shape, walk.source,
      walk.target, x, start, &y)
    for (i, (a, b)) in walk.offsets.enumerated() { wanted[i] = x[a] - start[b] }
    #expect(y == wanted)
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
