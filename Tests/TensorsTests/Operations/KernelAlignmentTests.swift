import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Alignments of kernels and similarities of pairs")
struct KernelAlignmentTests {
  private func kernels(_ columns: Int) -> [CosineSeries] {
    (0..<columns).map { i -> CosineSeries in
      let weights: [Float] = Array([0.5, 0.25, 0.2, 0.1].prefix(i % 4 + 1))
      let step: Float = [0.5, 0.6, 0.7][i % 3]
      return CosineSeries(step: step, weights: weights, center: i % 2 == 0 ? 0 : 0.2)
    }
  }

  /// The kernel matrices in full, in Double.
  private func wanted(_ x: Tensor, _ kernels: [CosineSeries]) -> [Double] {
    let (n, r) = (x.shape[0], x.shape[1])
    let values = x.values.map(Double.init)
    let matrices = kernels.enumerated().map { column, kernel -> [Double] in
      let full = (0..<n * n).map { index -> Double in
        let difference = values[index / n * r + column] - values[index % n * r + column]
        return kernel.weights.enumerated().reduce(0) { sum, term in
          let angle = Double(term.offset + 1) * Double(kernel.step) * difference
          return sum + Double(term.element) * cos(angle)
        }
      }
      let means = (0..<n).map { full[$0 * n..<($0 + 1) * n].reduce(0, +) / Double(n) }
      let mean = means.reduce(0, +) / Double(n)
      return full.indices.map { full[$0] - means[$0 / n] - means[$0 % n] + mean }
    }
    return (0..<r * r).map { index in
      zip(matrices[index / r], matrices[index % r]).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  @Test("are those of the kernel matrices in full", arguments: [1, 2, 16, 17, 90], [1, 3, 8, 17])
  func alignments(rows: Int, columns: Int) {
    let x = sample([rows, columns], 4)
    let kernels = kernels(columns)
    let found = x.kernelAlignments(kernels).values
    let wanted = wanted(x, kernels)
    let largest = wanted.reduce(0) { max($0, abs($1)) }
    #expect(Tolerance(3e-6 * largest + 1e-8, 1e-5).complaint(found, wanted) == nil)
  }

  @Test("do not depend on the center but for rounding")
  func center() {
    let x = sample([5000, 4], 4)
    let kernels = kernels(4)
    let found = x.kernelAlignments(kernels).values
    let moved = x.kernelAlignments(
      kernels.map { CosineSeries(step: $0.step, weights: $0.weights, center: $0.center - 1) }
    ).values
    // Of different columns little is left of large terms.
    let close = Tolerance(1e-8 * Double(found.max() ?? 0), 1e-6)
    #expect(close.complaint(moved, found.map(Double.init)) == nil)
  }

  @Test("have the gradient of finite differences", arguments: [1, 3, 8])
  func gradients(columns: Int) {
    let weights = sample([columns, columns], 6)
    let kernels = kernels(columns)
    let check = GradientCheck.run([sample([19, columns], 4)]) {
      // Of order one.
      ($0[0].kernelAlignments(kernels) * weights).scaled(by: 0.1)
    }
    #expect(check.worst < 2e-3, "\(check)")
  }

  @Test("of a constant column and of an empty kernel are zero")
  func constant() {
    var values = sample(40, 4)
    for row in 0..<20 { values[2 * row] = 3 }
    let x = Tensor(values, shape: [20, 2]).differentiable()
    let constant = x.kernelAlignments(kernels(2))
    #expect(constant.values[0] < 1e-8)
    #expect(abs(constant.values[1]) < 1e-6)
    let none = x.kernelAlignments([
      CosineSeries(step: 1, weights: []), CosineSeries(step: 1, weights: [1]),
    ])
    let slopes = none.sum().backward()[x]?.values ?? []
    let first = stride(from: 0, to: 40, by: 2).map { slopes[$0] }
    #expect(none.values[0..<3] == [0, 0, 0])
    #expect(none.values[3] > 0)
    #expect(first.allSatisfy { $0 == 0 })
    #expect(slopes.contains { $0 != 0 })
    let empty = x.kernelAlignments([CosineSeries](repeating: .init(step: 1, weights: []), count: 2))
    #expect(empty.values == [0, 0, 0, 0])
  }

  @Test("pairs have the gradient of finite differences", arguments: [2, 3, 8, 17])
  func pairs(columns: Int) {
    let basis = sample([columns, 6], 8)
    let check = GradientCheck.run([sample([21, columns], 4), basis]) {
      $0[0].meanPairSimilarity(gram: $0[1].matmul($0[1], transposingOther: true), rate: 0.2)
    }
    #expect(check.worst < 2e-3, "\(check)")
  }

  @Test("one column has no pairs; equal columns are alike")
  func limits() {
    let one = sample([9, 1], 4).meanPairSimilarity(gram: Tensor([2], shape: [1, 1]), rate: 1)
    #expect(one.item == 0)
    let x = Tensor((0..<18).map { Float($0 / 2) }, shape: [9, 2])
    #expect(x.meanPairSimilarity(gram: .ones([2, 2]), rate: 1).item == 1)
  }
}
