import PETL

/// The checks of a safetensors header beyond JSON, each error naming file and tensor.
struct HeaderChecker {
  /// The name of the file.
  let name: String
  /// How many bytes follow the header.
  let bufferSize: Int

  /// The pairs of `__metadata__`.
  ///
  /// - Throws: `DiagnosticError` unless it is an object of strings.
  func metadata(_ node: JSONNode) throws -> [String: String] {
    guard let members = node.members else {
      throw DiagnosticError("\(name): `__metadata__` must be an object, not \(node.value.kind)")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.node.text else {
        throw DiagnosticError(
          "\(name): `__metadata__` holds \(member.node.value.kind) under `\(member.name)` at byte \(8 + member.node.offset); only strings are allowed"
        )
      }
      metadata[member.name] = text
    }
    return metadata
  }

  /// One tensor's description; unknown fields are let pass, as the reference does.
  ///
  /// - Throws: `DiagnosticError` if a field is missing or wrong, or the sizes disagree.
  func entry(_ member: JSONNode.Member) throws -> TensorEntry {
    let tensor = "\(name): tensor `\(member.name)`"
    guard let fields = member.node.members else {
      throw DiagnosticError(
        "\(tensor) is described by \(member.node.value.kind) at byte \(8 + member.node.offset), an object is expected"
      )
    }
    func field(_ key: String) throws -> JSONNode {
      guard let found = fields.first(where: { $0.name == key }) else {
        throw DiagnosticError("\(tensor) has no `\(key)`")
      }
      return found.node
    }
    func sizes(_ key: String) throws -> [Int] {
      let node = try field(key)
      guard let elements = node.elements else {
        throw DiagnosticError("\(tensor): `\(key)` must be a list, not \(node.value.kind)")
      }
      return try elements.map {
        guard let size = $0.size else {
          throw DiagnosticError(
            "\(tensor): `\(key)` may hold only whole numbers from 0 to 2^63-1; at byte \(8 + $0.offset) is something else"
          )
        }
        return size
      }
    }
    let type = try scalarType(try field("dtype"), of: tensor)
    let shape = try sizes("shape")
    if let fault = TensorShape.fault(shape) {
      throw DiagnosticError("\(tensor): shape \(shapeWords(shape)) of \(type.rawValue) \(fault)")
    }
    let offsets = try sizes("data_offsets")
    guard offsets.count == 2 else {
      throw DiagnosticError("\(tensor): `data_offsets` must hold 2 numbers, not \(offsets.count)")
    }
    guard offsets[0] <= offsets[1] else {
      throw DiagnosticError(
        "\(tensor): `data_offsets` run backwards, from \(offsets[0]) to \(offsets[1])")
    }
    guard let expected = type.byteCount(shape: shape) else {
      throw DiagnosticError(
        "\(tensor): shape \(shape) of \(type.rawValue) is too large, or does not fill whole bytes")
    }
    guard expected == offsets[1] - offsets[0] else {
      throw DiagnosticError(
        "\(tensor): shape \(shape) of \(type.rawValue) takes \(expected) bytes, but `data_offsets` span \(offsets[1] - offsets[0])"
      )
    }
    return TensorEntry(
      name: member.name, type: type, shape: shape, byteRange: offsets[0]..<offsets[1])
  }

  /// Checks that the tensors cover the buffer without hole, overlap or rest.
  ///
  /// - Throws: `DiagnosticError` that names the first tensor out of place, or the missing or
  ///   left-over bytes.
  func checkCoverage(_ entries: [TensorEntry]) throws {
    var end = 0
    let ordered = entries.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound)
        < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    for entry in ordered {
      let start = entry.byteRange.lowerBound
      guard start == end else {
        let fault = start > end ? "a hole of \(start - end)" : "an overlap of \(end - start)"
        throw DiagnosticError(
          "\(name): tensor `\(entry.name)` begins at \(start) in the buffer, but the one before it ends at \(end): \(fault) bytes"
        )
      }
      end = entry.byteRange.upperBound
    }
    guard end == bufferSize else {
      let fault =
        end > bufferSize
        ? "the file is cut short: \(end - bufferSize) bytes are missing at its end"
        : "\(bufferSize - end) bytes too many after the last tensor"
      throw DiagnosticError(
        "\(name): \(fault) (the header describes \(end), the buffer has \(bufferSize))")
    }
  }

  private func scalarType(_ node: JSONNode, of tensor: String) throws -> ScalarType {
    guard let text = node.text else {
      throw DiagnosticError("\(tensor): `dtype` must be a string, not \(node.value.kind)")
    }
    guard let type = ScalarType(rawValue: text) else {
      let known = ScalarType.allCases.map(\.rawValue)
      let nearest = nearestName(to: text, among: known).map { ["did you mean \($0)?"] } ?? []
      throw DiagnosticError(
        "\(tensor) has the unknown dtype `\(text)`",
        hints: nearest + ["known: \(known.joined(separator: " "))"])
    }
    return type
  }
}
