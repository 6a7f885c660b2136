import Foundation
import PETL

/// The plugins of a file, loaded into this process.
package struct LoadedPlugins {
  /// The file.
  package let source: PluginSource
  /// Their types, in the order of the source.
  package let types: [Any.Type]
  /// What the compiler warns of, where it was asked now, in its own words; else empty.
  package let warnings: String

  /// Compiles a file, unless that was done before, and loads it: its code is part of this process then.
  ///
  /// - Throws: `CompilerErrors` with the mistakes of the file; `DiagnosticError` when compiler or modules
  ///   are missing, or when there is no plugin in it.
  package init(_ file: PluginFile) throws {
    let compiler = try PluginCompiler()
    let stamp = """
      petl-plugin 1
      program: \(try RunningProgram.digest)
      compiler: \(compiler.identity)
      code: \(file.source.digest)

      """
    let cache = PluginCache()
    let object = cache.path(for: stamp + file.source.files.map(\.name).joined(separator: "\n"))
    if FileManager.default.fileExists(atPath: object),
      let image = try? PluginImage(loading: object, name: file.path, stamp: stamp)
    {
      (source, types, warnings) = (file.source, image.types, "")
      return
    }
    let modules = try PluginModules()
    var words = ""
    try cache.store(object) { folder in
      let made = try compiler.compile(
        file, modules, stamp: stamp, in: folder, modulesCache: cache.modules)
      // The compiler reads the file anew: what it made must not be kept for another content.
      guard try PluginFile(path: file.path).source.digest == file.source.digest else {
        throw DiagnosticError(
          "\(file.path): was changed while it was compiled", hints: ["give the command again"])
      }
      words = made.warnings
      return made.object
    }
    let image = try PluginImage(loading: object, name: file.path, stamp: stamp)
    (source, types, warnings) = (file.source, image.types, words)
  }
}

extension PluginRegistry {
  /// The registry with the plugins of a file beside its own; the same where it has that code already.
  ///
  /// - Throws: as `LoadedPlugins.init` does, and `DiagnosticError` for a name that is taken.
  package func loading(_ file: PluginFile) throws -> (registry: PluginRegistry, warnings: String) {
    if sources.contains(where: { $0.digest == file.source.digest }) { return (self, "") }
    if let other = sources.first(where: { $0.name == file.name }) {
      throw DiagnosticError(
        "two plugin files are called \(file.name): \(other.path) and \(file.source.path)",
        hints: ["give one of them another name"])
    }
    let loaded = try LoadedPlugins(file)
    return (try adding(loaded.types, of: loaded.source), loaded.warnings)
  }
}
