import Checkpoints
import Foundation
import PETL

/// A file of Swift, or a folder of such files, that was named to be loaded.
package struct PluginFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// The paths of the files of Swift, as the compiler is to name them.
  let paths: [String]
  /// The file as a registry and a run remember it.
  package let source: PluginSource

  /// The name of the file or folder.
  package var name: String { source.name }

  /// The most bytes of a file of code.
  private static let limit = 16 << 20

  /// Reads what is named, and runs nothing of it.
  ///
  /// - Parameter path: of a file that ends in .swift, or of a folder with such files in it.
  /// - Throws: `DiagnosticError` when it is something else, or cannot be read.
  package init(path: String) throws {
    self.path = path
    let kind = try FileKind(at: path)
    switch kind {
    case nil:
      throw DiagnosticError(
        "\(path): there is no such plugin file",
        hints: [
          "expected a file of Swift, or a folder of such files",
          "petl init plugin NAME --file writes one to start from",
        ])
    case .folder:
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(".swift") && !$0.hasPrefix(".") }.sorted()
      guard !names.isEmpty else {
        throw DiagnosticError("\(path): no file in this folder ends in .swift")
      }
      paths = names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    case .file where path.hasSuffix(".swift"): paths = [path]
    case .file where path.hasSuffix(".so"):
      throw DiagnosticError(
        "\(path): this is a compiled plugin, which may be of another petl or compiler",
        hints: ["name its source file instead: petl compiles it, and keeps what it made of it"])
    case .file:
      throw DiagnosticError(
        "\(path): the name of a plugin file ends in .swift",
        hints: ["a recipe, weights and data are named by themselves, without --plugin"])
    case let kind?: throw DiagnosticError("\(path): this is \(kind.rawValue), a file is expected")
    }
    let files = try paths.map {
      PluginSource.File(
        name: URL(fileURLWithPath: $0).lastPathComponent,
        contents: try readFile($0, limit: Self.limit))
    }
    let place = URL(fileURLWithPath: path).standardizedFileURL
    source = PluginSource(
      name: place.lastPathComponent, path: place.path, digest: SourceDigest.digest(of: files),
      isFolder: kind == .folder, files: files)
  }
}
