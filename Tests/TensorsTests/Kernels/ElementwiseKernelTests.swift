import CKernels
import Foundation
import TestSupport
import Testing

/// A function of one argument and its derivative, in Double.
struct ScalarFunction: Sendable, CustomStringConvertible {
  let description: String
  let operation: petl_unary
  let value: @Sendable (Double) -> Double
  let slope: @Sendable (Double) -> Double
  var isForPositives = false

  static let all: [ScalarFunction] = [
    .init(description: "exp", operation: PETL_EXP, value: { exp($0) }, slope: { exp($0) }),
    .init(
      description: "log", operation: PETL_LOG, value: { log($0) }, slope: { 1 / $0 },
      isForPositives: true),
    .init(
      description: "sqrt", operation: PETL_SQRT, value: { $0.squareRoot() },
      slope: { 0.5 / $0.squareRoot() }, isForPositives: true),
    .init(
      description: "abs", operation: PETL_ABS, value: { abs($0) }, slope: { $0 < 0 ? -1 : 1 }),
    .init(description: "square", operation: PETL_SQUARE, value: { $0 * $0 }, slope: { 2 * $0 }),
    .init(
      description: "relu", operation: PETL_RELU, value: { max($0, 0) }, slope: { $0 < 0 ? 0 : 1 }),
    .init(
      description: "quickGELU", operation: PETL_QUICK_GELU, value: { $0 * sigmoid(1.702 * $0) },
      slope: {
        let s = sigmoid(1.702 * $0)
        return s * (1 + 1.702 * $0 * (1 - s))
      }),
    .init(
      description: "tanh", operation: PETL_TANH, value: { tanh($0) },
      slope: { 1 - tanh($0) * tanh($0) }),
    .init(
      description: "sigmoid", operation: PETL_SIGMOID, value: sigmoid,
      slope: { sigmoid($0) * (1 - sigmoid($0)) }),
    .init(
      description: "reciprocal", operation: PETL_RECIPROCAL, value: { 1 / $0 },
      slope: { -1 / ($0 * $0) }, isForPositives: true),
    .init(
      description: "softplus", operation: PETL_SOFTPLUS,
      value: { max($0, 0) + log1p(exp(-abs($0))) }, slope: sigmoid),
    .init(
      description: "silu", operation: PETL_SILU, value: { $0 * sigmoid($0) },
      slope: { sigmoid($0) * (1 + $0 * (1 - sigmoid($0))) }),
  ]
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// x σ(1.702 x) and its slope.
func quickGELUInDouble(_ x: Double) -> (value: Double, slope: Double) {
  let s = 1 / (1 + exp(-1.702 * x))
  return (x * s, s * (1 + 1.702 * x * (1 - s)))
}

/// x Φ(x) and its slope.
func geluInDouble(_ x: Double) -> (value: Double, slope: Double) {
  let phi = 0.5 * erfc(-x / 2.0.squareRoot())
  return (x * phi, phi + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot())
}

@Suite("Element-wise kernels agree with loops in Double")
struct ElementwiseKernelTests {
  @Test("Functions and slopes", arguments: KernelSet.all, ScalarFunction.all)
  func unary(set: KernelSet, function: ScalarFunction) {
    let kernels = unsafe set.functions
    let operation = Int32(function.operation.rawValue)
    for n in 1...67 {
      let x = sample(n, UInt64(n), deviation: 2).map {
        function.isForPositives ? 0.1 + abs($0) : $0
      }
      let dy = sample(n, 100)
      var (y, dx) = (sentinel(n), sentinel(n))
      unsafe kernels.unary(operation, n, x, &y)
      unsafe kernels.unary_backward(operation, n, x, y, dy, &dx)
      let tolerance = Tolerance(4e-7, 6e-7)
      #expect(tolerance.complaint(y, x.map { function.value(Double($0)) } + [7]) == nil, "\(n)")
      let slopes = zip(x, dy).map { function.slope(Double($0)) * Double($1) }
      #expect(tolerance.complaint(dx, slopes + [7]) == nil, "slope, \(n)")
    }
  }

  @Test("Two arguments at every stride", arguments: KernelSet.all)
  func binary(set: KernelSet) {
    let kernels = unsafe set.functions
    let functions: [(petl_binary, (Double, Double) -> Double)] = [
      (PETL_ADD, { $0 + $1 }), (PETL_SUBTRACT, { $0 - $1 }), (PETL_MULTIPLY, { $0 * $1 }),
      (PETL_DIVIDE, { $0 / $1 }), (PETL_MAXIMUM, { max($0, $1) }), (PETL_MINIMUM, { min($0, $1) }),
    ]
    for n in 1...67 {
      let (a, b) = (sample(3 * n, 1), sample(3 * n, 2).map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 })
      for (operation, function) in functions {
        for (sa, sb) in [(1, 1), (1, 0), (0, 1), (0, 0), (2, 1), (1, 3), (3, 2)] {
          var y = sentinel(n)
          unsafe kernels.binary(Int32(operation.rawValue), n, a, sa, b, sb, &y)
          let wanted = (0..<n).map { function(Double(a[$0 * sa]), Double(b[$0 * sb])) }
          #expect(Tolerance(0, 1e-7).complaint(y, wanted + [7]) == nil, "\(n), \(sa), \(sb)")
        }
      }
    }
  }

  @Test("Sums, products with numbers, rows", arguments: KernelSet.all)
  func linear(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in 1...300 {
      let (x, z) = (sample(n, 1), sample(n, 2))
      let (xd, zd) = (x.map(Double.init), z.map(Double.init))
      var y = z + [7]
      unsafe kernels.scale(n, -1.5, x, &y)
      #expect(Tolerance(0, 1e-7).complaint(y, xd.map { -1.5 * $0 } + [7]) == nil)
      y = z + [7]
      unsafe kernels.axpy(n, -1.5, x, &y)
      #expect(Tolerance(2e-7, 2e-7).complaint(y, zip(xd, zd).map { -1.5 * $0 + $1 } + [7]) == nil)
      let terms = xd.reduce(0) { $0 + abs($1) }
      let (sum, dot) = unsafe (kernels.sum(n, x), kernels.dot(n, x, z))
      #expect(abs(Double(sum) - xd.reduce(0, +)) <= 3e-7 * terms)
      #expect(abs(Double(dot) - zip(xd, zd).reduce(0) { $0 + $1.0 * $1.1 }) <= 3e-7 * 2 * terms)
    }
  }

  @Test("Rows filled and columns summed", arguments: KernelSet.all)
  func columns(set: KernelSet) {
    let kernels = unsafe set.functions
    for cols in 1...67 {
      let rows = 1 + cols % 7
      let v = sample(cols, 1)
      let before = Matrix(rows, cols, gap: 2, seed: 2)
      var y = before
      unsafe kernels.fill_rows(rows, cols, v, &y.values, y.stride)
      #expect(y.complaint(before: before) { _, c in (Double(v[c]), 0) } == nil)
      var out = v + [7]
      unsafe kernels.add_column_sums(rows, cols, before.values, before.stride, &out)
      let wanted = (0..<cols).map { c in
        (0..<rows).reduce(Double(v[c])) { $0 + Double(before[$1, c]) }
      }
      #expect(Tolerance(2e-6, 0).complaint(out, wanted + [7]) == nil)
    }
  }

  @Test("AdamW", arguments: KernelSet.all)
  func adamw(set: KernelSet) {
    let kernels = unsafe set.functions
    for n in 1...67 {
      var (w, m) = (sample(n, 1) + [7], sample(n, 2) + [7])
      var v = sample(n, 3).map { $0 * $0 } + [7]
      let g = sample(n, 4)
      let (w0, m0, v0) = (w, m, v)
      unsafe kernels.adamw(n, &w, g, &m, &v, 0.125, 0.25, 0.5, 0.5, 1e-8, 0.25, 0.5, 0.25)
      for i in 0..<n {
        let mean = 0.75 * Double(m0[i]) + 0.25 * Double(g[i])
        let square = 0.5 * Double(v0[i]) + 0.5 * Double(g[i]) * Double(g[i])
        let step = 0.125 * (mean / 0.5) / ((square / 0.25).squareRoot() + 1e-8)
        let weight = Double(w0[i]) * (1 - 0.125 * 0.25) - step
        let tolerance = Tolerance(5e-7, 5e-7)
        #expect(tolerance.complaint([w[i], m[i], v[i]], [weight, mean, square]) == nil, "\(n)")
      }
      #expect(w[n] == 7)
      #expect(m[n] == 7)
      #expect(v[n] == 7)
    }
  }

  /// Room for n results and one more float, which must stay 7.
  private func sentinel(_ n: Int) -> [Float] { Array(repeating: 7, count: n + 1) }
}
