import PETL

/// A tensor to be written to a GGUF file: what it is, and its bytes when its turn comes.
public struct GGUFRecord {
  /// The name.
  public let name: String
  /// The type of its numbers.
  public let type: GGUFTensorType
  /// The dimensions, outermost first.
  public let shape: [Int]
  let bytes: () throws -> [UInt8]

  /// Makes a record.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - type: of its numbers.
  ///   - shape: the dimensions, outermost first; the last is whole blocks of the type.
  ///   - bytes: gives the tensor as the file holds it, called once.
  public init(
    name: String, type: GGUFTensorType, shape: [Int], bytes: @escaping () throws -> [UInt8]
  ) {
    (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
  }

  /// Makes a record of numbers in single precision, stored as F32, F16, BF16 or Q8_0.
  ///
  /// F16 and BF16 are rounded to the nearest, ties to even; Q8_0 as llama.cpp does it.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - type: of the numbers in the file.
  ///   - shape: the dimensions, outermost first.
  ///   - floats: gives the numbers, row-major.
  /// - Throws: `DiagnosticError` when numbers are not written as `type`, or not in such a shape.
  public init(
    name: String, as type: GGUFTensorType, shape: [Int], floats: @escaping () throws -> [Float]
  ) throws {
    guard [.f32, .f16, .bf16, .q80].contains(type) else {
      throw DiagnosticError(
        "tensor `\(name)`: numbers are not written as \(type.name)",
        hints: ["written are F32, F16, BF16 and Q8_0"])
    }
    self.init(name: name, type: type, shape: shape) {
      try Self.encoded(floats(), as: type, name)
    }
  }

  private static func encoded(
    _ values: [Float], as type: GGUFTensorType, _ name: String
  ) throws -> [UInt8] {
    switch type {
    case .f16: return ByteStore.bytes(of: values.map(HalfPrecision.half))
    case .bf16: return ByteStore.bytes(of: values.map(HalfPrecision.brain))
    case .q80:
      // Beyond it a block's scale is infinite in half precision.
      let largest: Float = 127 * 65504
      if let odd = values.first(where: { !($0.magnitude <= largest) }) {
        throw DiagnosticError(
          "tensor `\(name)` holds \(odd), which Q8_0 has no scale for", hints: ["write it as F32"])
      }
      return BlockFormat.quantizedQ80(values)
    default: return ByteStore.bytes(of: values)
    }
  }
}
