import Checkpoints
import Foundation
import PETL

/// Refuses a path for a table, a report or answers that cannot be written, or where something else is that would be lost.
///
/// - Parameters:
///   - path: of the output.
///   - inputs: what the command reads, which it must not write over.
/// - Throws: `DiagnosticError` as `checkWritable` does, or with what is there.
func checkTable(_ path: String, apartFrom inputs: [String?] = []) throws {
  try checkWritable(path)
  guard FileKind.seen(at: path) == .file else { return }
  let hints = ["choose another --output, or remove it"]
  if inputs.contains(where: { $0.map { isSameFile($0, path) } ?? false }) {
    throw DiagnosticError("\(path): this is what is read, and would be lost", hints: hints)
  }
  if let kind = otherContents(path) {
    throw DiagnosticError("\(path): \(kind) is there, and would be lost", hints: hints)
  }
}

private func isSameFile(_ a: String, _ b: String) -> Bool {
  func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
  return real(a) == real(b)
}

/// What a file is that is neither a table nor answers, by its first bytes or the end of its name; nil where it may be
/// one.
private func otherContents(_ path: String) -> String? {
  let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
  if ["yaml", "yml"].contains(ending) { return "a recipe" }
  if ending == "swift" { return "a file of Swift" }
  let signatures: [(bytes: [UInt8], kind: String)] = [
    (Array("GGUF".utf8), "a file of weights"), ([0x50, 0x4B, 0x03, 0x04], "an archive"),
    ([0x89, 0x50, 0x4E, 0x47], "an image"), ([0xFF, 0xD8, 0xFF], "an image"),
  ]
  guard let start = try? readStart(of: path, count: 16) else { return nil }
  if let found = signatures.first(where: { start.starts(with: $0.bytes) }) { return found.kind }
  guard start.count > 8, start[8] == UInt8(ascii: "{"), let file = try? SafetensorsFile(path: path)
  else { return nil }
  let isAnswers = ["model", "data", "petl"].allSatisfy { file.metadata[$0] != nil }
  return isAnswers ? nil : "a file of tensors"
}
