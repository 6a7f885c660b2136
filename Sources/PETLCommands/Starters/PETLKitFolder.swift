import Checkpoints
import Foundation
import PETL

/// Where PETLKit's own package lies.
enum PETLKitFolder {
  /// The folder that was named, or the first above this program or the working directory.
  ///
  /// - Throws: `DiagnosticError` when that is not PETLKit's, or there is none.
  static func find(_ given: String?) throws -> String {
    if let given {
      let folder = URL(fileURLWithPath: given).standardizedFileURL
      guard isPETLKit(folder) else {
        throw DiagnosticError(
          "\(given): this is not the folder of PETLKit",
          hints: ["expected a folder with PETLKit's Package.swift in it"])
      }
      return folder.path
    }
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    for start in [program, here].compactMap({ $0 }) {
      if let found = sequence(first: start, next: above).first(where: isPETLKit) {
        return found.path
      }
    }
    throw DiagnosticError(
      "PETLKit is neither above this program nor above this folder",
      hints: ["name its folder by --petlkit"])
  }

  private static func above(_ folder: URL) -> URL? {
    let next = folder.deletingLastPathComponent().standardizedFileURL
    return next.path == folder.path || folder.path == "/" ? nil : next
  }

  private static func isPETLKit(_ folder: URL) -> Bool {
    let manifest = folder.appendingPathComponent("Package.swift")
    let module = folder.appendingPathComponent("Sources/PETLCommands")
    // A package that depends on PETLKit names it, too.
    return FileManager.default.fileExists(atPath: module.path)
      && (try? readFile(manifest.path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }?
        .contains("name: \"PETLKit\"") == true
  }
}
