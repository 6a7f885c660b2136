#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// e to the power of a number.
func exponential(_ x: Double) -> Double { exp(x) }
