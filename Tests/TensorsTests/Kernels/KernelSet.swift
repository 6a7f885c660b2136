import CKernels
import TestSupport

/// The kernels of one instruction set that this CPU has.
struct KernelSet: Sendable, CustomStringConvertible {
  let level: Int32

  var description: String {
    ["baseline", "avx2", "avx512", "avx512vnni", "avx512bf16"][Int(level)]
  }

  /// The functions themselves.
  var functions: petl_kernels {
    guard let table = unsafe petl_kernels_level(level) else {
      preconditionFailure("This CPU has no \(self) kernels.")
    }
    return unsafe table.pointee
  }

  /// All sets that this CPU has.
  static let all: [KernelSet] = (0..<5).filter { unsafe petl_kernels_level($0) != nil }
    .map { KernelSet(level: $0) }
}

/// A matrix in an array, with floats between its rows that no kernel may touch.
struct Matrix {
  let rows: Int
  let cols: Int
  let stride: Int
  var values: [Float]

  init(_ rows: Int, _ cols: Int, gap: Int, seed: UInt64) {
    (self.rows, self.cols, stride) = (rows, cols, cols + gap)
    values = sample(rows * stride, seed)
  }

  subscript(row: Int, col: Int) -> Float { values[row * stride + col] }

  /// What is wrong with the values, given what each should be and how large the terms of its sum
  /// are, and with the gaps, given the matrix as it was before.
  func complaint(before: Matrix, _ wanted: (Int, Int) -> (value: Double, terms: Double)) -> String?
  {
    for row in 0..<rows {
      for col in 0..<cols {
        let (value, terms) = wanted(row, col)
        if !(abs(Double(self[row, col]) - value) <= 1e-6 * (terms + 0.1)) {
          return "[\(row), \(col)] is \(self[row, col]) instead of \(value)"
        }
      }
      for gap in row * stride + cols..<(row + 1) * stride where values[gap] != before.values[gap] {
        return "the gap after row \(row) was written"
      }
    }
    return nil
  }
}

/// The sum of products and of their magnitudes, from a start.
func sum(
  _ count: Int, _ start: Float, _ factors: (Int) -> (Float, Float)
) -> (value: Double, terms: Double) {
  var (value, terms) = (Double(start), Double(start.magnitude))
  for i in 0..<count {
    let (a, b) = factors(i)
    value += Double(a) * Double(b)
    terms += Double((a * b).magnitude)
  }
  return (value, terms)
}
