import CKernels
import Foundation
import TestSupport
import Testing

@Suite("Row kernels agree with loops in Double")
struct RowKernelTests {
  private let rows = 3

  @Test("Layer norm and its gradients", arguments: KernelSet.all)
  func layerNorm(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in 2...67 {
      let x = sample(rows * n, 1).map { $0 * 2 + 1 }
      let (gamma, beta, dy) = (sample(n, 2), sample(n, 3), sample(rows * n, 4))
      var (y, mean, rstd) = (x + [7], sample(rows, 5), sample(rows, 5))
      unsafe kernels.layer_norm(rows, n, 1e-3, x, gamma, beta, &y, &mean, &rstd)
      let start = sample(rows * n, 6)
      var (dx, added) = (start + [7], start + [7])
      unsafe kernels.layer_norm_backward(rows, n, x, gamma, mean, rstd, dy, &dx, false)
      unsafe kernels.layer_norm_backward(rows, n, x, gamma, mean, rstd, dy, &added, true)
      var wanted: (y: [Double], dx: [Double]) = ([], [])
      var dgamma = sample(n, 7).map(Double.init)
      var dbeta = sample(n, 8).map(Double.init)
      var (dg, db) = (sample(n, 7), sample(n, 8))
      for r in 0..<rows {
        let row = x[r * n..<(r + 1) * n].map(Double.init)
        let slope = dy[r * n..<(r + 1) * n].map(Double.init)
        let mu = row.reduce(0, +) / Double(n)
        let variance = row.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / Double(n)
        let s = 1 / (variance + 1e-3).squareRoot()
        let normal = row.map { ($0 - mu) * s }
        let g = (0..<n).map { slope[$0] * Double(gamma[$0]) }
        let g0 = g.reduce(0, +) / Double(n)
        let g1 = (0..<n).reduce(0) { $0 + g[$1] * normal[$1] } / Double(n)
        for c in 0..<n {
          wanted.y.append(normal[c] * Double(gamma[c]) + Double(beta[c]))
          wanted.dx.append(s * (g[c] - g0 - normal[c] * g1))
          dgamma[c] += slope[c] * normal[c]
          dbeta[c] += slope[c]
        }
      }
      let tolerance = Tolerance(2e-6, 2e-6)
      #expect(tolerance.complaint(y, wanted.y + [7]) == nil, "\(n)")
      #expect(tolerance.complaint(dx, wanted.dx + [7]) == nil, "\(n)")
      let sums = zip(wanted.dx, start).map { $0 + Double($1) }
      #expect(tolerance.complaint(added, sums + [7]) == nil, "\(n)")
      // In two parts, as two threads would.
      for (first, last) in [(0, n / 2), (n / 2, n)] {
        unsafe kernels.layer_norm_affine(rows, n, first, last, x, mean, rstd, dy, &dg, &db)
      }
      #expect(tolerance.complaint(dg, dgamma) == nil)
      #expect(tolerance.complaint(db, dbeta) == nil)
    }
  }

  @Test("Softmax, cross-entropy", arguments: KernelSet.all)
  func softmax(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in 1...67 {
      let x = sample(rows * n, 1).map { $0 * 3 }
      let labels = (0..<rows).map { Int32(($0 * 5 + 3) % n) }
      var (y, p, losses) = (x + [7], x + [7], sample(rows))
      unsafe kernels.softmax(rows, n, x, &y)
      unsafe kernels.cross_entropy(rows, n, x, labels, &losses, &p)
      var (plain, loss): ([Double], [Double]) = ([], [])
      for r in 0..<rows {
        let row = x[r * n..<(r + 1) * n].map(Double.init)
        let total = row.reduce(0) { $0 + exp($1) }
        plain += row.map { exp($0) / total }
        loss.append(log(total) - row[Int(labels[r])])
      }
      let tolerance = Tolerance(1e-7, 1e-6)
      #expect(tolerance.complaint(y, plain + [7]) == nil, "\(n)")
      #expect(tolerance.complaint(p, plain + [7]) == nil, "\(n)")
      #expect(Tolerance(1e-6, 1e-6).complaint(losses, loss) == nil, "\(n)")
    }
  }

  @Test("The gradient of softmax", arguments: KernelSet.all)
  func softmaxBackward(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in 1...67 {
      let (y, dy) = (sample(rows * n, 1), sample(rows * n, 2))
      var dx = sample(rows * n, 4) + [7]
      unsafe kernels.softmax_backward(rows, n, y, dy, &dx)
      var wanted: [Double] = []
      for r in 0..<rows {
        let at = r * n..<(r + 1) * n
        let dot = at.reduce(0) { $0 + Double(y[$1]) * Double(dy[$1]) }
        wanted += at.map { Double(y[$0]) * (Double(dy[$0]) - dot) }
      }
      #expect(Tolerance(4e-6, 1e-6).complaint(dx, wanted + [7]) == nil, "\(n)")
    }
  }

  /// What they are part of is a sum with normal numbers; what they cost is not small.
  @Test(
    "The gradient of softmax is zero below the smallest normal number, there alone",
    arguments: KernelSet.all)
  func subnormal(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in [2, 16, 33] {
      let y = [Float](repeating: 1e-30, count: n - 1) + [1]
      let dy = (0..<n).map { Float($0 + 1) * 1e-12 }
      var dx = [Float](repeating: 7, count: n)
      unsafe kernels.softmax_backward(1, n, y, dy, &dx)
      #expect(dx.allSatisfy { $0 == 0 || $0.isNormal }, "\(n)")
      var halves = [Float](repeating: .leastNormalMagnitude, count: n)
      unsafe kernels.scale(n, 0.5, halves, &halves)
      #expect(halves.allSatisfy { $0.isSubnormal }, "\(n)")
    }
  }
}
