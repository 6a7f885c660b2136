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

  /// The images that a word of a command line means, where they have no classes: an image's file, or a
  /// folder of images with no folder in it.
  ///
  /// - Parameter reference: the word.
  /// - Returns: nil of anything else.
  /// - Throws: `DiagnosticError` when the folder holds no image.
  public static func unlabelled(_ reference: String) throws -> ImageSource? {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard unsafe files.fileExists(atPath: reference, isDirectory: &isFolder) else { return nil }
    guard isFolder.boolValue else {
      let ending = (reference as NSString).pathExtension.lowercased()
      return ["jpg", "jpeg", "png"].contains(ending) ? try at([reference]) : nil
    }
    let names = (try? files.contentsOfDirectory(atPath: reference)) ?? []
    let holdsFolders = names.contains { name in
      guard !name.hasPrefix(".") else { return false }
      var isFolder: ObjCBool = false
      _ = unsafe files.fileExists(atPath: "\(reference)/\(name)", isDirectory: &isFolder)
      return isFolder.boolValue
    }
    return holdsFolders || names.contains("test.txt") ? nil : try at([reference])
  }
}
