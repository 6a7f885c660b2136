import PETL

/// The parsed and checked header of a safetensors file.
struct SafetensorsHeader: Sendable {
  /// The largest header that the format allows, in bytes.
  static let limit = 100_000_000

  /// The string pairs of `__metadata__`.
  let metadata: [String: String]
  /// The tensors, sorted by name.
  let entries: [TensorEntry]
  /// Where the buffer begins in the file.
  let bufferStart: Int

  /// Reads and checks the header of `store`, and that the tensors cover the buffer exactly.
  ///
  /// - Throws: `DiagnosticError` that begins with `name` and says which byte or tensor is wrong.
  init(of store: ByteStore, name: String) throws {
    let length = try Self.length(in: store, name: name)
    bufferStart = 8 + length
    let bytes = store.values(8..<bufferStart, as: UInt8.self)
    guard bytes.first == UInt8(ascii: "{") else {
      throw DiagnosticError("\(name): the header must begin with `{` at byte 8")
    }
    let checker = HeaderChecker(name: name, bufferSize: store.count - bufferStart)
    let root = try JSONNode(parsing: bytes, name: name, base: 8)
    var metadata: [String: String] = [:]
    var entries: [TensorEntry] = []
    for member in root.members ?? [] {
      if member.name == "__metadata__" {
        // The reference takes null for none.
        metadata = member.node.value.isNull ? [:] : try checker.metadata(member.node)
      } else {
        entries.append(try checker.entry(member))
      }
    }
    try checker.checkCoverage(entries)
    self.metadata = metadata
    self.entries = entries.sorted { ExactName($0.name) < ExactName($1.name) }
  }

  private static func length(in store: ByteStore, name: String) throws -> Int {
    guard store.count >= 8 else {
      throw DiagnosticError(
        "\(name): not a safetensors file: it has \(store.count) bytes, the header alone takes at least 8"
      )
    }
    let length = store.values(0..<8, as: UInt64.self)[0]
    guard length <= UInt64(limit) else {
      throw DiagnosticError(
        "\(name): the header claims \(length) bytes, more than the \(limit) that safetensors allows",
        hints: ["this is probably not a safetensors file"])
    }
    guard Int(length) <= store.count - 8 else {
      throw DiagnosticError(
        "\(name): the header claims \(length) bytes, but only \(store.count - 8) follow byte 8",
        hints: ["the file is cut short, or it is not a safetensors file"])
    }
    return Int(length)
  }
}
