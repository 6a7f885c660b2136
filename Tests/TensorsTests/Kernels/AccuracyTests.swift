import CKernels
import Foundation
import TestSupport
import Testing

@Suite("Accuracy of exp and gelu, and what becomes of NaN")
struct AccuracyTests {
  @Test(
    "exp is within 3e-7 of the true value wherever that is a normal number",
    arguments: KernelSet.all)
  func exponential(set: KernelSet) {
    let x = stride(from: Float(-87.3365), through: 88.7228, by: 0.00173).map { $0 }
    var y = x
    unsafe set.functions.unary(Int32(PETL_EXP.rawValue), x.count, x, &y)
    #expect(Tolerance(0, 3e-7).complaint(y, x.map { Foundation.exp(Double($0)) }) == nil)
    let edges: [Float] = [
      -.infinity, -1e30, -104, -88, 0, -0.0, 88.73, 1e30, .infinity, .nan, -.nan,
    ]
    let wanted: [Double] = [0, 0, 0, 0, 1, 1, .infinity, .infinity, .infinity, .nan, .nan]
    var z = edges
    unsafe set.functions.unary(Int32(PETL_EXP.rawValue), edges.count, edges, &z)
    #expect(Tolerance(0, 1e-37).complaint(z, wanted) == nil)
  }

  @Test("gelu and its slope are within 3e-7 max(1, |x|) of the truth", arguments: KernelSet.all)
  func gelu(set: KernelSet) {
    let x = stride(from: Float(-15), through: 15, by: 0.00037).map { $0 } + [-1e30, 1e30]
    let kernels = unsafe set.functions
    var (y, slope) = (x, x)
    unsafe kernels.gelu(x.count, x, &y, &slope)
    let truth = x.map {
      abs($0) > 1e20 ? ($0 < 0 ? (0, 0) : (Double($0), 1)) : geluInDouble(Double($0))
    }
    #expect(Tolerance(3e-7, 3e-7).complaint(y, truth.map(\.0)) == nil)
    #expect(Tolerance(6e-7, 0).complaint(slope, truth.map(\.1)) == nil)
    for i in x.indices where x[i] < 0 { #expect(abs(Double(y[i]) - truth[i].0) <= 3e-7) }
    // In place, without the slope, and no further than it is long.
    for n in 0...40 {
      var z = x
      unsafe kernels.gelu(n, z, &z, nil)
      #expect(Array(z[..<n]) == Array(y[..<n]))
      #expect(Array(z[n...]) == Array(x[n...]))
    }
    var edges: [Float] = [.infinity, .nan, -.nan, 1]
    unsafe kernels.gelu(4, edges, &edges, nil)
    #expect(edges[0] == .infinity)
    #expect(edges[1].isNaN)
    #expect(edges[2].isNaN)
    #expect(!edges[3].isNaN)
  }

  @Test("NaN in one element comes out of it", arguments: KernelSet.all, ScalarFunction.all)
  func unaryNaN(set: KernelSet, function: ScalarFunction) {
    let kernels = unsafe set.functions
    for n in [1, 5, 16, 37] {
      for bad in 0..<n {
        var x = sample(n).map { abs($0) + 0.1 }
        x[bad] = .nan
        var y = x
        unsafe kernels.unary(Int32(function.operation.rawValue), n, x, &y)
        #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 == bad) })
      }
    }
  }

  @Test("NaN in one element comes out of its whole row, and of no other", arguments: KernelSet.all)
  func rowNaN(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in [1, 5, 16, 37] {
      for bad in 0..<n {
        var x = sample(2 * n)
        x[bad] = .nan
        let unit = Array(repeating: Float(1), count: n)
        var (soft, norm, p) = (x, x, x)
        var (mean, rstd): ([Float], [Float]) = ([0, 0], [0, 0])
        var losses: [Float] = [0, 0]
        unsafe kernels.softmax(2, n, x, &soft)
        unsafe kernels.layer_norm(2, n, 1e-6, x, unit, unit, &norm, &mean, &rstd)
        unsafe kernels.cross_entropy(2, n, x, [0, 0], &losses, &p)
        for values in [soft, norm, p] {
          #expect(values.indices.allSatisfy { values[$0].isNaN == ($0 < n) })
        }
        #expect(losses[0].isNaN)
        #expect(!losses[1].isNaN)
        let total = unsafe kernels.sum(n, x)
        #expect(total.isNaN)
      }
    }
  }

  @Test("Large scores do not overflow", arguments: KernelSet.all)
  func largeScores(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in [2, 5, 16, 37] {
      let x = (0..<n).map { Float($0) * 10 + 3e4 }
      var y = x
      unsafe kernels.softmax(1, n, x, &y)
      let last = (0..<n).reduce(0) { $0 + Foundation.exp(Double($1 - n + 1) * 10) }
      #expect(Tolerance(1e-7, 1e-6).accepts(y[n - 1], 1 / last))
      #expect(y[0] < 1e-4)
      var (loss, p): ([Float], [Float]) = ([0], x)
      unsafe kernels.cross_entropy(1, n, x, [Int32(n - 1)], &loss, &p)
      #expect(Tolerance(1e-7, 1e-6).accepts(loss[0], Foundation.log(last)))
    }
  }
}
