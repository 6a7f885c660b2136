/// A tensor to be written: its name, type, shape and little-endian bytes.
public struct TensorRecord: Sendable {
  /// The name.
  public let name: String
  /// The type of its numbers.
  public let type: ScalarType
  /// The dimensions, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The numbers, row-major and little-endian.
  public let bytes: [UInt8]

  /// Makes a record; the writer checks that shape and bytes agree.
  public init(name: String, type: ScalarType, shape: [Int], bytes: [UInt8]) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// A record of single-precision numbers.
  public static func float32(_ name: String, shape: [Int], _ values: [Float]) -> TensorRecord {
    let bytes = ByteStore.bytes(of: values)
    return TensorRecord(name: name, type: .f32, shape: shape, bytes: bytes)
  }

  /// A record of double-precision numbers.
  public static func float64(_ name: String, shape: [Int], _ values: [Double]) -> TensorRecord {
    TensorRecord(name: name, type: .f64, shape: shape, bytes: ByteStore.bytes(of: values))
  }

  /// A record of half-precision numbers, each rounded to the nearest, ties to even.
  public static func float16(_ name: String, shape: [Int], _ values: [Float]) -> TensorRecord {
    let bytes = ByteStore.bytes(of: values.map(HalfPrecision.half))
    return TensorRecord(name: name, type: .f16, shape: shape, bytes: bytes)
  }

  /// A record of bfloat16 numbers, each rounded to the nearest, ties to even.
  public static func bfloat16(_ name: String, shape: [Int], _ values: [Float]) -> TensorRecord {
    let bytes = ByteStore.bytes(of: values.map(HalfPrecision.brain))
    return TensorRecord(name: name, type: .bf16, shape: shape, bytes: bytes)
  }

  /// A record of numbers as a type of floating-point numbers, each rounded to the nearest.
  ///
  /// - Returns: nil when the type is none of F64, F32, F16 and BF16.
  public static func floating(
    _ name: String, as type: ScalarType, shape: [Int], _ values: [Float]
  ) -> TensorRecord? {
    switch type {
    case .f64:
      let bytes = ByteStore.bytes(of: values.map(Double.init))
      return TensorRecord(name: name, type: .f64, shape: shape, bytes: bytes)
    case .f32: return float32(name, shape: shape, values)
    case .f16: return float16(name, shape: shape, values)
    case .bf16: return bfloat16(name, shape: shape, values)
    default: return nil
    }
  }

  /// A record of 64-bit integers.
  public static func int64(_ name: String, shape: [Int], _ values: [Int]) -> TensorRecord {
    TensorRecord(name: name, type: .i64, shape: shape, bytes: ByteStore.bytes(of: values))
  }
}
