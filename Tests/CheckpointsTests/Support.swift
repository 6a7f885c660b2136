import Foundation
import PETL
import Testing

@testable import Checkpoints

/// The path of a file under Tests/Fixtures.
func fixture(_ path: String, from source: String = #filePath) -> String {
  URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").appendingPathComponent(path).path
}

/// Calls `body` with a new folder, and removes the folder afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("petl-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

/// The bytes of a safetensors file with this header, as it is, and a buffer of zeros.
func safetensors(_ header: String, buffer: Int = 0) -> [UInt8] {
  safetensors(header: Array(header.utf8), buffer: buffer)
}

/// The bytes of a safetensors file with this header, as it is, and a buffer of zeros.
func safetensors(header: [UInt8], buffer: Int = 0) -> [UInt8] {
  ByteStore.bytes(of: [UInt64(header.count)]) + header + [UInt8](repeating: 0, count: buffer)
}

/// What the `DiagnosticError` that `body` must throw prints; a failure of the test if it does not.
func complaint<Result>(
  _ body: () throws -> Result, at location: SourceLocation = #_sourceLocation
) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as DiagnosticError {
    return error.description
  } catch {
    Issue.record("not a DiagnosticError: \(error)", sourceLocation: location)
  }
  return ""
}

/// Expects that `body` throws a `DiagnosticError` that holds `words`.
///
/// Closures stand outside of `#expect` on purpose: inside it, in a closure of a test, Swift 6.3.1
/// takes one closure for another.
func expectComplaint<Result>(
  _ words: String, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) {
  let text = complaint(body, at: location)
  #expect(text.contains(words), "\(text)", sourceLocation: location)
}

/// Writes text or bytes to a file.
func put(_ text: String, _ path: String) throws {
  try writeAtomically(Array(text.utf8), to: path)
}
