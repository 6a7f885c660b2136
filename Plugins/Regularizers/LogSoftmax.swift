import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Tensor {
  /// log softmax(x / T) of rows [rows, classes], in 64 bits and outside of any graph: differences of
  /// near probabilities are lost in 32.
  func logSoftmax(_ temperature: Double) -> [[Double]] {
    let (all, width) = (values, shape[1])
    return (0..<shape[0]).map { row in
      let own = all[row * width..<(row + 1) * width].map { Double($0) / temperature }
      let top = own.max() ?? 0
      let sum = top + logarithm(own.reduce(0) { $0 + exponential($1 - top) })
      return own.map { $0 - sum }
    }
  }
}

/// e to the power of a number.
func exponential(_ x: Double) -> Double { exp(x) }

private func logarithm(_ x: Double) -> Double { log(x) }
