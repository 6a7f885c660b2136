import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Kernels of cosines of multiples agree with loops in Double")
struct HarmonicKernelTests {
  /// Rows, multiples, and the row stride of the features.
  static let sizes: [(rows: Int, count: Int, ld: Int)] =
    [(1, 1, 16), (16, 3, 16), (17, 8, 32), (31, 1, 48), (48, 30, 48), (5, 0, 16)]

  @Test("cosines and sines", arguments: KernelSet.all)
  func features(set: KernelSet) {
    let kernels = unsafe set.functions
    for (rows, count, ld) in Self.sizes {
      let x = Matrix(rows, 1, gap: 2, seed: 3)
      var f = [Float](repeating: 7, count: 2 * count * ld + 1)
      unsafe kernels.harmonics(rows, count, x.values, x.stride, 0.4, 0.7, &f, ld)
      let wanted = (0..<2 * count * ld).map { index -> Double in
        let (feature, row) = (index / ld, index % ld)
        if row >= rows { return 0 }
        let angle = Double(feature / 2 + 1) * 0.7 * (Double(x[row, 0]) - 0.4)
        return feature % 2 == 0 ? cos(angle) : sin(angle)
      }
      // Half an ulp a turn, and the rounding of the angle.
      let close = Tolerance(4e-7 * Double(count + 1), 0)
      #expect(close.complaint(f, wanted + [7]) == nil, "\(rows), \(count)")
    }
  }

  @Test("their gradient", arguments: KernelSet.all)
  func gradient(set: KernelSet) {
    let kernels = unsafe set.functions
    for (rows, count, ld) in Self.sizes {
      let f = Matrix(2 * count, ld, gap: 0, seed: 1)
      let df = Matrix(2 * count, ld, gap: 0, seed: 2)
      let shifts = sample(2 * count + 1, 5)
      let before = Matrix(rows, 1, gap: 2, seed: 3)
      var dx = before
      unsafe kernels.harmonics_backward(
        rows, count, f.values, df.values, ld, shifts, &dx.values, dx.stride)
      let complaint = dx.complaint(before: before) { row, _ in
        sum(2 * count, 0) { j in
          let other = j % 2 == 0 ? j + 1 : j - 1
          return ((j % 2 == 0 ? 1 : -1) * f[j, row], df[other, row] - shifts[other])
        }
      }
      #expect(complaint == nil, "\(rows), \(count)")
    }
  }
}
