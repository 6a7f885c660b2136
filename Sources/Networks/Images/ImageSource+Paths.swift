import Checkpoints
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
      try mistakes.collect {
        let files =
          FileKind.seen(at: path) == .folder
          ? try ImageFiles(below: path) : try ImageFiles(paths: [path])
        found = try found?.joined(with: .files(files)) ?? .files(files)
      }
    }
    try mistakes.throwIfAny()
    guard let found else { throw DiagnosticError("no image is named") }
    return found
  }

  /// The images that a word of a command line means, where they have no classes: an image's file, or a
  /// folder of images with no folder in it.
  ///
  /// - Parameter reference: the word.
  /// - Returns: nil for anything else.
  /// - Throws: `DiagnosticError` when the folder holds no image.
  public static func unlabelled(_ reference: String) throws -> ImageSource? {
    guard let kind = FileKind.seen(at: reference) else { return nil }
    guard kind == .folder else {
      let ending = (reference as NSString).pathExtension.lowercased()
      return ["jpg", "jpeg", "png"].contains(ending) ? try at([reference]) : nil
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: reference)) ?? []
    let holdsFolders = names.contains { name in
      !name.hasPrefix(".") && FileKind.seen(at: "\(reference)/\(name)") == .folder
    }
    return holdsFolders || names.contains("test.txt") ? nil : try at([reference])
  }
}
