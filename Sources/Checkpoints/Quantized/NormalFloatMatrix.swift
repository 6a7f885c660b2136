import PETL

/// A matrix as bitsandbytes has it in NF4: `X` with two numbers in a byte, and beside it the largest magnitude of each
/// block, which may be quantised once more.
struct NormalFloatMatrix: QuantizedMatrix {
  let parts: [String]
  let rows: Int
  let columns: Int
  let format = BlockFormat.nf4
  private let name: String
  private let size: Int
  private let nesting: NormalFloatState.Nesting?
  private let store: any WeightStore

  private static let state = "quant_state.bitsandbytes__"

  /// - Returns: nil for a tensor that is no quantised matrix.
  /// - Throws: `DiagnosticError` when something of the matrix is missing, does not fit or is not read here.
  init?(_ entry: TensorEntry, in store: any WeightStore) throws {
    name = entry.name
    self.store = store
    let words = "\(store.name): tensor `\(name)`"
    let stated = "\(name).\(Self.state)"
    guard let own = store.entry(stated + "nf4") else {
      if store.entry(stated + "fp4") != nil {
        throw DiagnosticError(
          "\(words) is FP4, which is not read here", hints: ["read are \(QuantizationScheme.known)"]
        )
      }
      if store.entry("\(name).absmax") != nil {
        throw DiagnosticError("\(words) has `\(name).absmax`, and no `\(stated)nf4`")
      }
      return nil
    }
    let state = try NormalFloatState(
      JSONValue(parsing: store.bytes(own.name), name: "\(store.name): `\(own.name)`"),
      "\(store.name): `\(own.name)`")
    (rows, columns, size, nesting) = (state.rows, state.columns, state.size, state.nesting)
    let scales = (rows * columns + size - 1) / size
    var wanted: [(end: String, type: ScalarType, count: Int)] = [
      ("absmax", nesting == nil ? .f32 : .u8, scales), ("quant_map", .f32, 16),
    ]
    if let nesting {
      wanted += [
        ("nested_absmax", .f32, (scales + nesting.size - 1) / nesting.size),
        ("nested_quant_map", .f32, 256),
      ]
    }
    try Self.check(entry, "uint8", .u8, (rows * columns + 1) / 2, words)
    for (end, type, count) in wanted {
      guard let part = store.entry("\(name).\(end)") else {
        throw DiagnosticError("\(words) is NF4, and there is no `\(name).\(end)`")
      }
      try Self.check(part, end, type, count, "\(store.name): tensor `\(part.name)`")
    }
    parts = [own.name] + wanted.map { "\(entry.name).\($0.end)" }
    try checkMap()
  }

  private static func check(
    _ entry: TensorEntry, _ what: String, _ type: ScalarType, _ count: Int, _ words: String
  ) throws {
    guard entry.type == type, entry.elementCount == count else {
      throw DiagnosticError(
        "\(words) is \(entry.type.rawValue) \(entry.shape)",
        hints: ["expected \(count) numbers of type \(type.rawValue)"])
    }
  }

  /// The sixteen values are NF4's, which the kernel has.
  private func checkMap() throws {
    let stored = try store.floats("\(name).quant_map")
    // A block with scale 1 that holds each of the 16 once.
    var block: [UInt8] = []
    block.append(Float(1))
    for pair in 0..<8 { block.append(UInt8(2 * pair) << 4 | UInt8(2 * pair + 1)) }
    block += [UInt8](repeating: 0, count: 24)
    let known = format.unpacked(block).prefix(16)
    guard zip(stored, known).allSatisfy({ abs($0 - $1) < 1e-6 }) else {
      throw DiagnosticError("\(store.name): `\(name).quant_map` has other values than NF4's")
    }
  }

  func blocks() throws -> [UInt8] {
    let numbers = try store.bytes(name)
    let scales = try largest()
    let count = (rows * columns + format.length - 1) / format.length
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * format.byteCount)
    for block in 0..<count {
      bytes.append(scales[block * format.length / size])
      let range = block * 32..<min(numbers.count, (block + 1) * 32)
      bytes += numbers[range]
      bytes.append(contentsOf: repeatElement(0, count: 32 - range.count))
    }
    return bytes
  }

  /// The largest magnitude of each block.
  private func largest() throws -> [Float] {
    guard let nesting else { return try store.finiteFloats("\(name).absmax") }
    let map = try store.finiteFloats("\(name).nested_quant_map")
    let outer = try store.finiteFloats("\(name).nested_absmax")
    return try store.bytes("\(name).absmax").enumerated().map { index, code in
      map[Int(code)] * outer[index / nesting.size] + nesting.offset
    }
  }
}
