import PETL

/// The three files of a PEFT folder, made in full before the first of them is touched.
struct PEFTFolderWriter {
  let configuration: JSONValue
  let records: [TensorRecord]
  let metadata: [String: String]
  let card: String

  /// Writes each file atomically, and the configuration last, so that a crash leaves no folder that mixes
  /// old and new.
  ///
  /// - Throws: `DiagnosticError` if the contents cannot be written.
  func write(to path: String) throws {
    let tensors = try SafetensorsWriter.data(
      records, metadata: metadata.merging(["format": "pt"]) { own, _ in own })
    let text = try configuration.formatted()
    try createFolder(path)
    removeFileIfPresent("\(path)/\(PEFTNames.configuration)")
    try writeAtomically(tensors, to: "\(path)/\(PEFTNames.tensors)")
    try writeAtomically(Array(card.utf8), to: "\(path)/\(PEFTNames.card)")
    try writeAtomically(Array(text.utf8), to: "\(path)/\(PEFTNames.configuration)")
  }
}
