import Foundation
import PETL

/// Refuses a path that cannot be written: that is better known before the work than after it.
///
/// - Throws: `DiagnosticError` when the folder is not there, or the path is that of a folder.
func checkWritable(_ path: String) throws {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  var isFolder: ObjCBool = false
  let exists = unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
  guard exists, isFolder.boolValue, FileManager.default.isWritableFile(atPath: folder) else {
    throw DiagnosticError(
      "\(path): the file cannot be written there", hints: ["expected a folder that exists"])
  }
  if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
    isFolder.boolValue
  {
    throw DiagnosticError("\(path): this is a folder, the name of a file is expected")
  }
}

/// Refuses a path that is taken.
///
/// - Throws: `DiagnosticError` as `checkWritable` does, or when there is a file already.
func checkFree(_ path: String) throws {
  try checkWritable(path)
  if FileManager.default.fileExists(atPath: path) {
    throw DiagnosticError(
      "\(path): there is such a file already", hints: ["choose another --output, or remove it"])
  }
}
