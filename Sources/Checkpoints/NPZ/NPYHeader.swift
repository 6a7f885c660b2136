import PETL

/// The header of an `.npy` array (NumPy's format 1.0, 2.0 and 3.0): type, shape and where data begin.
struct NPYHeader {
  /// The longest header that is read, in bytes (NumPy's own limit is 10,000 characters).
  static let limit = 10_000

  /// The type of the numbers, little-endian.
  let type: ScalarType
  /// The dimensions, outermost first.
  let shape: [Int]
  /// Where the numbers begin.
  let dataStart: Int

  /// Reads and checks the header.
  ///
  /// - Parameters:
  ///   - size: How many bytes the whole array takes, header included.
  ///   - tensor: Names file and tensor in errors.
  ///   - prefix: Gives that many first bytes of it, or all if there are fewer.
  /// - Throws: `DiagnosticError` if the header is broken, the type is not read here, the order is
  ///   Fortran's, or the numbers do not fill the rest exactly.
  init(size: Int, tensor: String, prefix: (Int) throws -> [UInt8]) throws {
    let start = try prefix(12)
    guard start.count >= 10, start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw DiagnosticError("\(tensor) is not a NumPy array: it does not begin with \\x93NUMPY")
    }
    guard (1...3).contains(start[6]), start[7] == 0, start[6] == 1 || start.count == 12 else {
      throw DiagnosticError(
        "\(tensor) is of NumPy's format \(start[6]).\(start[7]), expected 1.0, 2.0 or 3.0")
    }
    let wide = start[6] > 1
    let digits = start[8..<(wide ? 12 : 10)]
    let length = digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    dataStart = (wide ? 12 : 10) + length
    guard length <= Self.limit, dataStart <= size else {
      throw DiagnosticError(
        "\(tensor) claims a header of \(length) bytes, expected at most \(min(Self.limit, size))")
    }
    let text = try prefix(dataStart)[(wide ? 12 : 10)...]
    var reader = PythonLiteral(bytes: Array(text))
    guard let fields = reader.dictionary(), Set(fields.keys) == Self.keys else {
      throw DiagnosticError(
        "\(tensor): the header is not a dictionary of descr, fortran_order and shape: \(String(decoding: text.prefix(200), as: UTF8.self).debugDescription)"
      )
    }
    type = try Self.type(fields["descr"], tensor)
    guard case .flag(let fortran) = fields["fortran_order"],
      case .tuple(let shape) = fields["shape"]
    else {
      throw DiagnosticError("\(tensor): `fortran_order` or `shape` is not what NumPy writes")
    }
    guard !fortran || shape.count < 2 else {
      throw DiagnosticError(
        "\(tensor) is stored in Fortran order, which is not read",
        hints: ["save it again after numpy.ascontiguousarray(array)"])
    }
    self.shape = shape
    if let fault = TensorShape.fault(shape) {
      throw DiagnosticError("\(tensor): shape \(shapeWords(shape)) of \(type.rawValue) \(fault)")
    }
    guard let expected = type.byteCount(shape: shape) else {
      throw DiagnosticError("\(tensor): shape \(shape) of \(type.rawValue) is too large")
    }
    guard expected == size - dataStart else {
      throw DiagnosticError(
        "\(tensor): shape \(shape) of \(type.rawValue) takes \(expected) bytes, but \(size - dataStart) follow the header"
      )
    }
  }

  private static let keys: Set<String> = ["descr", "fortran_order", "shape"]

  private static let types: [String: ScalarType] = [
    "<f4": .f32, "<f2": .f16, "<f8": .f64, "|b1": .bool, "|i1": .i8, "|u1": .u8, "<i2": .i16,
    "<u2": .u16, "<i4": .i32, "<u4": .u32, "<i8": .i64, "<u8": .u64,
  ]

  private static func type(_ value: PythonLiteral.Value?, _ tensor: String) throws -> ScalarType {
    guard case .text(let text) = value else {
      throw DiagnosticError("\(tensor) has a record type, only plain numbers are read")
    }
    if let type = types[text] { return type }
    let reason =
      switch text.first {
      case ">": "big-endian numbers"
      case "|" where text == "|O": "Python objects, which are a pickle"
      case "|" where text.hasPrefix("|V"): "raw bytes, as bfloat16 is saved by NumPy"
      default: "a type that is not read"
      }
    throw DiagnosticError(
      "\(tensor) holds \(reason) (`\(text)`)",
      hints: ["expected <f4, <f2 or <f8; save it again after array.astype('<f4')"])
  }
}
