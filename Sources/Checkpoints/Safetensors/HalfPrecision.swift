/// Conversions between single precision and the two 16-bit formats, on bits.
///
/// They depend neither on the processor's rounding mode nor on its flushing of subnormal numbers,
/// and exist on every platform, which `Float16` does not.
enum HalfPrecision {
  /// The value of an IEEE half-precision number, exact.
  static func widenedHalf(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    if exponent == 0x1F { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
    if exponent > 0 { return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13) }
    // Zero or subnormal: a whole multiple of 2^-24.
    let size = Float(fraction) * 0x1p-24
    return Float(bitPattern: sign | size.bitPattern)
  }

  /// The value of a bfloat16 number, exact.
  static func widenedBrain(_ bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }

  /// The nearest IEEE half-precision number, ties to even; too large becomes infinite.
  static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let size = value.bitPattern & 0x7FFF_FFFF
    if size > 0x7F80_0000 { return sign | 0x7E00 }
    // From 2^16 on nothing but infinity is left.
    if size >= 0x4780_0000 { return sign | 0x7C00 }
    if size >= 0x3880_0000 {
      let rebiased = size - 0x3800_0000
      let rounded = rebiased + 0xFFF + (rebiased >> 13) & 1
      return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }
    // Below 2^-14 the result counts multiples of 2^-24; below 2^-25 it is zero.
    guard size >= 0x3300_0000 else { return sign }
    let shift = 126 - size >> 23
    let fraction = size & 0x7F_FFFF | 0x80_0000
    let quotient = fraction >> shift
    let rest = fraction & (1 << shift - 1)
    let tie: UInt32 = 1 << (shift - 1)
    let up = rest > tie || (rest == tie && quotient & 1 == 1)
    return sign | UInt16(truncatingIfNeeded: quotient + (up ? 1 : 0))
  }

  /// The nearest bfloat16 number, ties to even.
  static func brain(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16) & 1) >> 16)
  }
}
