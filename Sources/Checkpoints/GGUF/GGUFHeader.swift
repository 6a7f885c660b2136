import PETL

/// The parsed and checked header of a GGUF file.
struct GGUFHeader {
  /// The first bytes of every GGUF file.
  static let magic = Array("GGUF".utf8)
  /// Where tensors are aligned unless the file says otherwise.
  static let usualAlignment = 32
  /// The most axes of a tensor.
  private static let mostAxes = 4

  let version: Int
  let alignment: Int
  let keyValues: [GGUFKeyValue]
  let tensors: [GGUFTensor]

  /// Reads the header of `store`, and checks that every tensor lies within the file.
  ///
  /// - Throws: `DiagnosticError` that begins with `name` and says which key, tensor or byte is wrong.
  init(of store: ByteStore, name: String) throws {
    var cursor = GGUFCursor(store, name: name)
    version = try Self.version(&cursor)
    let tensorCount = try cursor.count("the number of tensors", each: 24)
    let pairCount = try cursor.count("the number of key-values", each: 13)
    keyValues = try Self.keyValues(pairCount, &cursor)
    alignment = try Self.alignment(keyValues, name: name)
    var infos: [TensorInfo] = []
    infos.reserveCapacity(tensorCount)
    for index in 0..<tensorCount { infos.append(try TensorInfo(&cursor, index)) }
    let step = alignment
    let start = (cursor.offset + step - 1) / step * step
    tensors = try infos.map { try $0.placed(from: start, step, in: store, name) }
    try Self.checkNames(tensors.map(\.name), "tensors", name)
    try Self.checkOverlaps(tensors, name: name)
  }

  private static func version(_ cursor: inout GGUFCursor) throws -> Int {
    let name = cursor.name
    guard cursor.rest >= 4 else {
      throw DiagnosticError("\(name): not a GGUF file: it has \(cursor.rest) bytes")
    }
    let start = try cursor.take(4, "the word GGUF")
    guard cursor.store.values(start, as: UInt8.self) == magic else {
      throw DiagnosticError("\(name): not a GGUF file: it does not begin with GGUF")
    }
    let version = try cursor.number("the version", as: UInt32.self)
    switch version {
    case 2, 3: return Int(version)
    case 1:
      throw DiagnosticError(
        "\(name): this is GGUF of version 1, versions 2 and 3 are read",
        hints: ["convert the original weights again with a llama.cpp of today"])
    case let other where (1...3).contains(other.byteSwapped):
      throw DiagnosticError(
        "\(name): this is a big-endian GGUF file, little-endian ones are read",
        hints: ["gguf_convert_endian.py of llama.cpp turns it round"])
    default:
      throw DiagnosticError("\(name): unknown version \(version) of GGUF, 2 and 3 are read")
    }
  }

  private static func keyValues(
    _ count: Int, _ cursor: inout GGUFCursor
  ) throws -> [GGUFKeyValue] {
    var pairs: [GGUFKeyValue] = []
    for index in 0..<count {
      let key = try cursor.text("key \(index)")
      let type = try cursor.type("the value of `\(key)`")
      pairs.append(GGUFKeyValue(key, try cursor.value(type, "the value of `\(key)`")))
    }
    try checkNames(pairs.map(\.key), "keys", cursor.name)
    return pairs
  }

  private static func checkNames(_ names: [String], _ what: String, _ file: String) throws {
    var seen: Set<ExactName> = []
    for name in names where !seen.insert(ExactName(name)).inserted {
      throw DiagnosticError("\(file): there are two \(what) called `\(name)`")
    }
  }

  private static func alignment(_ pairs: [GGUFKeyValue], name: String) throws -> Int {
    guard let value = pairs.first(where: { $0.key == "general.alignment" })?.value else {
      return usualAlignment
    }
    guard case .uint32(let alignment) = value, alignment.nonzeroBitCount == 1, alignment <= 1 << 20
    else {
      throw DiagnosticError(
        "\(name): `general.alignment` is \(value.summary), expected a power of two up to 1048576")
    }
    return Int(alignment)
  }

  private static func checkOverlaps(_ tensors: [GGUFTensor], name: String) throws {
    let ordered = tensors.filter { !$0.byteRange.isEmpty }
      .sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    for (first, second) in zip(ordered, ordered.dropFirst())
    where second.byteRange.lowerBound < first.byteRange.upperBound {
      throw DiagnosticError(
        "\(name): tensor `\(second.name)` begins at byte \(second.byteRange.lowerBound), where tensor `\(first.name)` has not ended"
      )
    }
  }

  /// A tensor as the header has it.
  private struct TensorInfo {
    let name: String
    let type: GGUFTensorType
    let shape: [Int]
    let offset: UInt64

    init(_ cursor: inout GGUFCursor, _ index: Int) throws {
      name = try cursor.text("the name of tensor \(index)")
      let tensor = "\(cursor.name): tensor `\(name)`"
      let axes = try cursor.number("the axes of tensor `\(name)`", as: UInt32.self)
      guard axes <= mostAxes else {
        throw DiagnosticError("\(tensor) has \(axes) axes, at most \(mostAxes) are read")
      }
      var sizes: [Int] = []
      for _ in 0..<axes {
        let size = try cursor.number("the shape of tensor `\(name)`", as: UInt64.self)
        guard size <= UInt64(TensorShape.longestAxis) else {
          throw DiagnosticError("\(tensor): an axis of \(size) is too long")
        }
        sizes.append(Int(size))
      }
      shape = sizes.reversed()
      let code = try cursor.number("the type of tensor `\(name)`", as: UInt32.self)
      guard let type = GGUFTensorType(rawValue: code) else {
        throw DiagnosticError(
          "\(tensor) has the unknown type \(code)",
          hints: ["known: \(GGUFTensorType.allCases.map(\.name).joined(separator: " "))"])
      }
      self.type = type
      offset = try cursor.number("the offset of tensor `\(name)`", as: UInt64.self)
    }

    /// The tensor, once it is known where the data begins.
    func placed(
      from start: Int, _ alignment: Int, in store: ByteStore, _ file: String
    ) throws -> GGUFTensor {
      let tensor = "\(file): tensor `\(name)`"
      if let fault = TensorShape.fault(shape) {
        throw DiagnosticError("\(tensor): shape \(shape) \(fault)")
      }
      guard let count = elementCount(of: shape), (shape.last ?? 1) % type.blockLength == 0 else {
        throw DiagnosticError(
          "\(tensor): shape \(shape) of \(type.name) is too large, or its rows are no whole blocks of \(type.blockLength)"
        )
      }
      let (bytes, overflow) = (count / type.blockLength)
        .multipliedReportingOverflow(by: type.blockByteCount)
      guard offset % UInt64(alignment) == 0 else {
        throw DiagnosticError(
          "\(tensor): its offset \(offset) is no multiple of the alignment \(alignment)")
      }
      let room = max(0, store.count - start)
      guard !overflow, bytes <= room, offset <= UInt64(room - bytes) else {
        throw DiagnosticError(
          "\(tensor): shape \(shape) of \(type.name) at offset \(offset) does not fit the \(room) bytes of data",
          hints: ["the file is cut short, or damaged"])
      }
      let first = start + Int(offset)
      return GGUFTensor(name: name, type: type, shape: shape, byteRange: first..<first + bytes)
    }
  }
}
