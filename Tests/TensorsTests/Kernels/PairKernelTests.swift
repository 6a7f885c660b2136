import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Kernels over columns and their pairs agree with loops in Double")
struct PairKernelTests {
  /// Ranks around vectors, rows around vectors.
  static let sizes: [(rows: Int, rank: Int)] =
    [(0, 3), (1, 1), (5, 1), (16, 2), (15, 3), (33, 8), (17, 17), (100, 9), (70, 33)]

  @Test("lowest and highest", arguments: KernelSet.all)
  func extremes(set: KernelSet) {
    let kernels = unsafe set.functions
    for (rows, rank) in Self.sizes {
      var x = Matrix(rows, rank, gap: 0, seed: 1)
      if rows > 4 { x.values[rank] = .nan }
      var low = [Float](repeating: .infinity, count: rank + 1)
      var high = [Float](repeating: -.infinity, count: rank + 1)
      unsafe kernels.column_extremes(rows, rank, x.values, &low, &high)
      let columns = (0..<rank).map { j in (0..<rows).map { x[$0, j] }.filter { !$0.isNaN } }
      #expect(low == columns.map { $0.min() ?? .infinity } + [.infinity])
      #expect(high == columns.map { $0.max() ?? -.infinity } + [-.infinity])
    }
  }

  @Test("similarities of pairs", arguments: KernelSet.all, [false, true])
  func similarities(set: KernelSet, withGradients: Bool) {
    let kernels = unsafe set.functions
    for (rows, rank) in Self.sizes {
      let x = Matrix(rows, rank, gap: 0, seed: 1)
      let b = Matrix(rank, 5, gap: 0, seed: 2)
      let m = (0..<rank * rank).map { k in
        (0..<5).reduce(Float(0)) { $0 + b[k / rank, $1] * b[k % rank, $1] }
      }
      var dx = [Float](repeating: 7, count: rows * rank + 1)
      var dm = [Float](repeating: 7, count: rank * rank + 1)
      var scratch = [Float](repeating: .nan, count: 16 * rank * (rank + 4) + 1)
      let total =
        withGradients
        ? unsafe kernels.pair_similarities(rows, rank, x.values, m, 0.3, &dx, &dm, &scratch)
        : unsafe kernels.pair_similarities(rows, rank, x.values, m, 0.3, nil, nil, &scratch)
      let wanted = Self.wanted(x, m.map(Double.init), rate: 0.3)
      let size = "\(rows) × \(rank)"
      #expect(abs(Double(total) - wanted.total) <= 2e-6 * (wanted.total + 1), "\(size)")
      #expect(scratch.last?.isNaN == true)
      #expect(dx.last == 7)
      #expect(dm.last == 7)
      guard withGradients else { continue }
      let close = Tolerance(2e-5, 1e-5)
      #expect(close.complaint(dx, wanted.dx + [7]) == nil, "\(size)")
      #expect(close.complaint(dm, wanted.dm + [7]) == nil, "\(size)")
    }
  }

  static func wanted(
    _ x: Matrix, _ m: [Double], rate: Double
  ) -> (total: Double, dx: [Double], dm: [Double]) {
    let rank = x.cols
    var total = 0.0
    var dx = [Double](repeating: 0, count: x.rows * rank)
    var dm = [Double](repeating: 0, count: rank * rank)
    for row in 0..<x.rows {
      for j in 0..<rank {
        for k in (j + 1)..<max(rank, j + 1) {
          let (a, b) = (Double(x[row, j]), Double(x[row, k]))
          let (jj, kk, jk) = (m[j * (rank + 1)], m[k * (rank + 1)], m[j * rank + k])
          let similarity = exp(-rate * (a * a * jj + b * b * kk - 2 * a * b * jk))
          let slope = -rate * similarity
          total += similarity
          dx[row * rank + j] += 2 * slope * (a * jj - b * jk)
          dx[row * rank + k] += 2 * slope * (b * kk - a * jk)
          dm[j * (rank + 1)] += slope * a * a
          dm[k * (rank + 1)] += slope * b * b
          dm[j * rank + k] -= slope * a * b
          dm[k * rank + j] -= slope * a * b
        }
      }
    }
    return (total, dx, dm)
  }

  @Test("a NaN shows", arguments: KernelSet.all)
  func notANumber(set: KernelSet) {
    let kernels = unsafe set.functions
    for bad in [0, 16, 21] {
      var x = Matrix(22, 3, gap: 0, seed: 1)
      x.values[bad * 3 + 1] = .nan
      var dx = [Float](repeating: 7, count: 66)
      var dm = [Float](repeating: 7, count: 9)
      var scratch = [Float](repeating: 0, count: 16 * 3 * 7)
      let total = unsafe kernels.pair_similarities(
        22, 3, x.values, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1, &dx, &dm, &scratch)
      #expect(total.isNaN)
      #expect(dm[4].isNaN)
      for row in 0..<22 { #expect(dx[row * 3 + 1].isNaN == (row == bad)) }
    }
  }
}
