/// The type of a tensor's numbers, named as safetensors does.
///
/// The cases stand in the order of the reference implementation, which sorts the tensors of a file
/// by it: the widest first.
public enum ScalarType: String, CaseIterable, Sendable {
  /// A truth value in one byte.
  case bool = "BOOL"
  /// 4-bit floating point (MX).
  case f4 = "F4"
  /// 6-bit floating point (MX), 2 exponent bits.
  case f6e2m3 = "F6_E2M3"
  /// 6-bit floating point (MX), 3 exponent bits.
  case f6e3m2 = "F6_E3M2"
  /// Unsigned 8-bit integer.
  case u8 = "U8"
  /// Signed 8-bit integer.
  case i8 = "I8"
  /// 8-bit floating point, 5 exponent bits.
  case f8e5m2 = "F8_E5M2"
  /// 8-bit floating point, 4 exponent bits.
  case f8e4m3 = "F8_E4M3"
  /// 8-bit exponent.
  case f8e8m0 = "F8_E8M0"
  /// 8-bit floating point, 4 exponent bits, no negative zero.
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  /// 8-bit floating point, 5 exponent bits, no negative zero.
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  /// Signed 16-bit integer.
  case i16 = "I16"
  /// Unsigned 16-bit integer.
  case u16 = "U16"
  /// IEEE half precision.
  case f16 = "F16"
  /// The upper half of a single-precision number.
  case bf16 = "BF16"
  /// Signed 32-bit integer.
  case i32 = "I32"
  /// Unsigned 32-bit integer.
  case u32 = "U32"
  /// IEEE single precision.
  case f32 = "F32"
  /// Two single-precision numbers.
  case c64 = "C64"
  /// IEEE double precision.
  case f64 = "F64"
  /// Signed 64-bit integer.
  case i64 = "I64"
  /// Unsigned 64-bit integer.
  case u64 = "U64"

  /// How many bits one number takes.
  public var bitWidth: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// The place in the reference implementation's order.
  var rank: Int {
    Self.allCases.firstIndex(of: self) ?? 0
  }

  /// How many bytes a tensor of this shape takes, or nil if that overflows, the shape is negative,
  /// or the bits do not fill whole bytes.
  package func byteCount(shape: [Int]) -> Int? {
    guard let elements = elementCount(of: shape) else { return nil }
    let (bits, overflow) = elements.multipliedReportingOverflow(by: bitWidth)
    if overflow {
      // Whole bytes may still fit where bits do not.
      let (bytes, tooMany) = elements.multipliedReportingOverflow(by: bitWidth / 8)
      return tooMany || bitWidth % 8 != 0 ? nil : bytes
    }
    return bits % 8 == 0 ? bits / 8 : nil
  }
}

/// The product of a shape, or nil if it overflows or a dimension is negative.
///
/// A zero dimension does not excuse an overflow before it: the reference multiplies in order.
func elementCount(of shape: [Int]) -> Int? {
  var product = 1
  for dimension in shape {
    let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
    guard !overflow, dimension >= 0 else { return nil }
    product = next
  }
  return product
}
