import Foundation
import PETL
import PETLCommands
import PETLPlugins
import Synchronization

/// A folder with a small network, its data and a run of it, which inputs are tried beside.
struct Workshop: Sendable {
  /// The folder; on a file system in memory where there is one.
  let folder: String
  private let registry: PluginRegistry

  /// Makes the folder and trains the small network.
  init() throws {
    let memory = "/dev/shm"
    let base =
      FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
    folder = "\(base)/petl-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    registry = try PluginRegistry.builtIn()
    try FileManager.default.createDirectory(
      atPath: "\(folder)/input", withIntermediateDirectories: true)
    try SmallExperiment.write(to: folder)
    try petl("run", path("r.yaml"), "--quiet", "--output", path("run"))
  }

  /// A path in the folder.
  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Runs a command of petl in this process.
  func petl(_ arguments: String...) throws {
    try PETLTool.run(arguments, with: registry)
  }

  /// Removes the folder.
  func close() { try? FileManager.default.removeItem(atPath: folder) }
}
