#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The logarithms of the softmax of a row.
func logProbabilities(of row: ArraySlice<Float>) -> [Double] {
  let top = Double(row.max() ?? 0)
  let shifted = row.map { Double($0) - top }
  let logarithm = log(shifted.reduce(0) { $0 + exp($1) })
  return shifted.map { $0 - logarithm }
}

/// The exponential.
func exponential(_ x: Double) -> Double { exp(x) }

/// The power x^p of x ≥ 0.
func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }

/// log(1 + e^x).
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// 1 / (1 + e^-x).
func sigmoid(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}
