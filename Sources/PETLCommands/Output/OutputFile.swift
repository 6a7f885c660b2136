import Checkpoints
import Foundation
import PETL

/// Refuses a path that cannot be written: that is better known before the work than after it.
///
/// - Throws: `DiagnosticError` when the folder is not there or takes no files, or the path is that of a
///   folder.
func checkWritable(_ path: String) throws {
  guard !path.isEmpty, !path.hasSuffix("/") else {
    throw DiagnosticError("--output is '\(path)', the name of a file is expected")
  }
  // What is written as it stands needs nothing of its folder.
  if try takesBytesInPlace(path) { return }
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  func refusal(_ reason: String, _ hint: String) -> DiagnosticError {
    DiagnosticError("\(path): the file cannot be written there\(reason)", hints: [hint])
  }
  switch try FileKind(at: folder) {
  case .folder: break
  case nil: throw refusal("", "expected a folder that exists")
  case let kind?: throw refusal(": \(folder) is \(kind.rawValue)", "expected a folder that exists")
  }
  if let reason = refusalToWrite(in: folder) {
    throw refusal(": \(folder): \(reason)", "choose a folder that files can be written to")
  }
  if try FileKind(at: path) == .folder {
    throw DiagnosticError("\(path): this is a folder, the name of a file is expected")
  }
}

/// Refuses a path that is taken: what is not overwritten are weights, recipes and code; tables are.
///
/// - Throws: `DiagnosticError` as `checkWritable` does, or when there is a file already.
func checkFree(_ path: String) throws {
  if try takesBytesInPlace(path) { return }
  try checkWritable(path)
  if try FileKind(at: path, followingLinks: false) != nil {
    throw DiagnosticError(
      "\(path): there is such a file already", hints: ["choose another --output, or remove it"])
  }
}

/// Refuses a folder that holds something.
///
/// - Throws: `DiagnosticError`.
func checkEmpty(_ folder: String) throws {
  if let found = try? FileManager.default.contentsOfDirectory(atPath: folder), !found.isEmpty {
    throw DiagnosticError(
      "\(folder): the folder is not empty", hints: ["choose another --output"])
  }
}
