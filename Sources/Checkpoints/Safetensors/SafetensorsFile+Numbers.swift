import PETL

extension SafetensorsFile {
  /// The numbers of a floating-point tensor in row-major order: F16 and BF16 widened exactly, F64
  /// rounded to single precision.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is not F32, F16, BF16 or F64.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try required(name)
    switch entry.type {
    case .f32: return values(of: entry, as: Float.self)
    case .f16: return values(of: entry, as: UInt16.self).map(HalfPrecision.widenedHalf)
    case .bf16: return values(of: entry, as: UInt16.self).map(HalfPrecision.widenedBrain)
    case .f64: return values(of: entry, as: Double.self).map(Float.init)
    default: throw wrongType(entry, expected: "F32, F16, BF16 or F64")
    }
  }

  /// The numbers of a tensor of F64, in row-major order and as they are.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is another.
  public func doubles(_ name: String) throws -> [Double] {
    let entry = try required(name)
    guard entry.type == .f64 else { throw wrongType(entry, expected: "F64") }
    return values(of: entry, as: Double.self)
  }

  /// The numbers of an integer or BOOL tensor in row-major order; a BOOL gives 0 or 1.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, its type is another, or a U64 is larger
  ///   than 2^63-1.
  public func integers(_ name: String) throws -> [Int] {
    let entry = try required(name)
    switch entry.type {
    case .bool: return values(of: entry, as: UInt8.self).map { $0 == 0 ? 0 : 1 }
    case .u8: return values(of: entry, as: UInt8.self).map(Int.init)
    case .i8: return values(of: entry, as: Int8.self).map(Int.init)
    case .u16: return values(of: entry, as: UInt16.self).map(Int.init)
    case .i16: return values(of: entry, as: Int16.self).map(Int.init)
    case .u32: return values(of: entry, as: UInt32.self).map(Int.init)
    case .i32: return values(of: entry, as: Int32.self).map(Int.init)
    case .i64: return values(of: entry, as: Int.self)
    case .u64:
      return try values(of: entry, as: UInt64.self).enumerated().map { index, number in
        guard let whole = Int(exactly: number) else {
          throw DiagnosticError(
            "\(self.name): tensor `\(name)` holds \(number) at index \(index), more than 2^63-1")
        }
        return whole
      }
    default:
      throw wrongType(entry, expected: "an integer type or BOOL")
    }
  }

  private func wrongType(_ entry: TensorEntry, expected: String) -> DiagnosticError {
    DiagnosticError(
      "\(name): tensor `\(entry.name)` is \(entry.type.rawValue), expected \(expected)")
  }
}
