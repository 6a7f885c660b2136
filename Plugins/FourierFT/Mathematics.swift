#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The cosine of an angle in radians.
func cosine(_ x: Double) -> Double { cos(x) }

/// The sine of an angle in radians.
func sine(_ x: Double) -> Double { sin(x) }
