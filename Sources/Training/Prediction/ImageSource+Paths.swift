import Datasets
import Foundation
import PETL

extension ImageSource {
  /// Images by their paths, in the given order; their labels mean nothing.
  ///
  /// - Parameter paths: of JPEG and PNG files, and of folders, of which all images are taken.
  /// - Returns: at least one image.
  /// - Throws: `DiagnosticError` with every path that is none, and every folder without images.
  public static func at(_ paths: [String]) throws -> ImageSource {
    var found: ImageSource?
    var mistakes: [Diagnostic] = []
    for path in paths {
      var isFolder: ObjCBool = false
      let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      do {
        let files =
          isThere && isFolder.boolValue
          ? try ImageFiles(below: path) : try ImageFiles(paths: [path])
        found = try found?.joined(with: .files(files)) ?? .files(files)
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics
      }
    }
    if !mistakes.isEmpty { throw DiagnosticError(mistakes) }
    guard let found else { throw DiagnosticError("no image is named") }
    return found
  }
}
