import Checkpoints
import Foundation
import PETL

/// The plugin files that the user has allowed at a terminal, by place and content: empty files beside the
/// compiled ones.
package struct PluginPermissions {
  private let folder = PluginCache().folder + "/allowed"

  /// Opens the user's.
  package init() {}

  /// Whether a file was allowed as it is.
  package func holds(_ file: PluginFile) -> Bool {
    FileManager.default.fileExists(atPath: path(file))
  }

  /// Remembers that a file is allowed; where that cannot be kept, it is asked again.
  package func keep(_ file: PluginFile) {
    try? createFolder(folder)
    try? writeAtomically([], to: path(file))
  }

  private func path(_ file: PluginFile) -> String {
    "\(folder)/\(SourceDigest.digest(of: "\(file.source.path)\n\(file.source.digest)"))"
  }
}
