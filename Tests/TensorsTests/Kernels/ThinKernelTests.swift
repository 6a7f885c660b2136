import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Thin products agree with loops in Double")
struct ThinKernelTests {
  /// Every width and every rank once, rows around the blocks of 4 and of 64.
  static let sizes: [(rows: Int, width: Int, rank: Int)] =
    (1...67).map { (1 + $0 % 9, $0, 1 + $0 * 29 % 65) }
    + (1...65).map { (1 + $0 % 6, 1 + $0 * 13 % 41, $0) }
    + [(63, 17, 3), (64, 33, 9), (65, 37, 11), (130, 19, 2)]

  @Test("s = x aᵀ", arguments: KernelSet.all, [false, true])
  func down(set: KernelSet, adding: Bool) {
    let kernels = unsafe set.functions
    for (rows, width, rank) in Self.sizes {
      let x = Matrix(rows, width, gap: 3, seed: 1)
      let a = Matrix(rank, width, gap: 1, seed: 2)
      let before = Matrix(rows, rank, gap: 2, seed: 3)
      var s = before
      unsafe kernels.thin_down(
        rows, width, rank, x.values, x.stride, a.values, a.stride, &s.values, s.stride, adding)
      let complaint = s.complaint(before: before) { i, j in
        sum(width, adding ? before[i, j] : 0) { (x[i, $0], a[j, $0]) }
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(rank)")
    }
  }

  @Test("y = s b", arguments: KernelSet.all, [false, true])
  func up(set: KernelSet, adding: Bool) {
    let kernels = unsafe set.functions
    for (rows, width, rank) in Self.sizes where rank <= 64 {
      let s = Matrix(rows, rank, gap: 2, seed: 1)
      let b = Matrix(rank, width, gap: 1, seed: 2)
      let before = Matrix(rows, width, gap: 5, seed: 3)
      var y = before
      unsafe kernels.thin_up(
        rows, rank, width, s.values, s.stride, b.values, b.stride, &y.values, y.stride, adding)
      let complaint = y.complaint(before: before) { i, m in
        sum(rank, adding ? before[i, m] : 0) { (s[i, $0], b[$0, m]) }
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(rank)")
    }
  }

  @Test("g += sᵀ y", arguments: KernelSet.all)
  func gradient(set: KernelSet) {
    let kernels = unsafe set.functions
    for (rows, width, rank) in Self.sizes {
      let s = Matrix(rows, rank, gap: 2, seed: 1)
      let y = Matrix(rows, width, gap: 1, seed: 2)
      let before = Matrix(rank, width, gap: 4, seed: 3)
      var g = before
      unsafe kernels.thin_gradient(
        rows, rank, width, s.values, s.stride, y.values, y.stride, &g.values, g.stride)
      let complaint = g.complaint(before: before) { j, m in
        sum(rows, before[j, m]) { (s[$0, j], y[$0, m]) }
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(rank)")
    }
  }

  @Test("g = xᵀx, centred and not", arguments: KernelSet.all, [false, true])
  func gram(set: KernelSet, centered: Bool) {
    let kernels = unsafe set.functions
    for (rows, _, rank) in Self.sizes where rank <= 64 {
      let x = Matrix(rows, rank, gap: 0, seed: 1)
      let before = Matrix(rank, rank, gap: 0, seed: 2)
      var g = before
      var mean = [Float](repeating: 0, count: rank) + [7]
      if centered { unsafe kernels.column_means(rows, rank, x.values, &mean) }
      unsafe kernels.gram(0, rows, rows, rank, x.values, mean, &g.values)
      let wanted = (0..<rank).map { j in
        centered ? (0..<rows).reduce(0.0) { $0 + Double(x[$1, j]) } / Double(rows) : 0
      }
      #expect(Tolerance(1e-6, 1e-6).complaint(mean, wanted + [7]) == nil)
      for i in 0..<rank {
        for j in 0..<rank {
          let terms = (0..<rows).map {
            (Double(x[$0, i]) - wanted[i]) * (Double(x[$0, j]) - wanted[j])
          }
          let difference = abs(Double(g[i, j]) - terms.reduce(0, +))
          let size = terms.reduce(1) { $0 + abs($1) }
          #expect(difference < 5e-7 * size, "\(rows) × \(rank) at \(i), \(j)")
        }
      }
    }
  }

  /// The parts of a matrix of many rows are added in one order, so that threads change no bit.
  @Test(arguments: [1, 3, 8, 17, 64], [false, true])
  func gramOfManyRows(rank: Int, centered: Bool) {
    let x = sample([1000, rank], 5)
    let (values, count) = (x.values, 1000)
    let wanted = (0..<rank).map { j in
      centered ? (0..<count).reduce(0.0) { $0 + Double(values[$1 * rank + j]) } / 1000 : 0
    }
    let grams = [1, 2, 5].map { threads in
      Workers.with(count: threads) { x.gram(centered: centered).values }
    }
    #expect(grams[0] == grams[1])
    #expect(grams[0] == grams[2])
    for i in 0..<rank {
      for j in 0..<rank {
        let terms = (0..<count).map {
          (Double(values[$0 * rank + i]) - wanted[i]) * (Double(values[$0 * rank + j]) - wanted[j])
        }
        let difference = abs(Double(grams[0][i * rank + j]) - terms.reduce(0, +))
        #expect(difference < 5e-7 * terms.reduce(1) { $0 + abs($1) }, "\(rank) at \(i), \(j)")
      }
    }
  }

  /// A vector is added to rows of any length and number.
  @Test(arguments: [(1, 1), (7, 3), (1000, 8), (301, 100), (5, 300)])
  func rows(count: Int, width: Int) {
    let y = sample([count, width], 1)
    let v = sample([width], 2)
    let (before, own) = (y.values, v.values)
    Kernels.addToRows(of: y, v)
    #expect(y.values == before.indices.map { before[$0] + own[$0 % width] })
  }
}
