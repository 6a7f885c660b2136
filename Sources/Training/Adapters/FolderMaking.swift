import Foundation
import PETL

/// Creates a folder and those that lead to it, unless they exist.
///
/// - Throws: `DiagnosticError` if the system refuses.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw DiagnosticError("\(path): the folder cannot be made: \(error.localizedDescription)")
  }
}
