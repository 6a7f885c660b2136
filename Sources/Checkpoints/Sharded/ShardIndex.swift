import PETL

/// What `model.safetensors.index.json` says.
struct ShardIndex {
  /// The largest index that is read, in bytes (our choice).
  private static let limit = 64 << 20

  /// The tensors with the names of their files, in the order of the text.
  let shards: [(tensor: String, file: String)]
  /// The members of `metadata` that are strings, numbers or truth values, as text.
  let metadata: [String: String]

  /// Reads and checks the file at `path`.
  ///
  /// A shard is the name of a file in the same folder: a path that leads elsewhere is refused.
  ///
  /// - Throws: `DiagnosticError` with every fault.
  init(path: String) throws {
    let json = try JSONValue(parsing: readFile(path, limit: Self.limit), name: path)
    guard let map = json["weight_map"]?.members, !map.isEmpty else {
      throw DiagnosticError(
        "\(path): `weight_map` is missing, empty or no object",
        hints: ["expected {\"metadata\": {…}, \"weight_map\": {TENSOR: FILE, …}}"])
    }
    var faults: [Diagnostic] = []
    shards = map.compactMap { member in
      guard let file = member.value.text else {
        faults.append(
          Diagnostic(
            "\(path): `weight_map` has \(member.value.kind) under `\(member.name)`, expected the name of a file"
          ))
        return nil
      }
      guard file.hasSuffix(".safetensors"), !file.hasPrefix("."), !file.contains("/"),
        !file.utf8.contains(0)
      else {
        faults.append(
          Diagnostic(
            "\(path): tensor `\(member.name)` is said to be in \(file.debugDescription), expected the name of a .safetensors file in the same folder"
          ))
        return nil
      }
      return (member.name, file)
    }
    try faults.throwIfAny()
    metadata = (json["metadata"]?.members ?? []).reduce(into: [:]) { pairs, member in
      pairs[member.name] =
        member.value.text ?? member.value.flag?.description ?? member.value.whole?.description
        ?? member.value.double?.description
    }
  }
}
