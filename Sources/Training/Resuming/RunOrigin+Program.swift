import Checkpoints
import Foundation
import PETL

extension RunOrigin {
  /// The code that started a run.
  struct Program: Codable {
    /// A plugin file.
    struct Plugin: Codable {
      /// The name of the file or folder.
      var name: String
      /// Where it was.
      var path: String
      /// SHA-256 of the code in it.
      var digest: String
    }

    /// The name of the program.
    var name: String
    /// SHA-256 of the program's file.
    var digest: String
    /// The plugin files that it had loaded.
    var plugins: [Plugin]

    init(_ program: TrainingProgram) {
      (name, digest) = (program.name, program.digest)
      plugins = program.plugins.map { Plugin(name: $0.name, path: $0.path, digest: $0.digest) }
    }
  }

  /// Refuses to go on with other plugin files.
  ///
  /// - Parameters:
  ///   - now: the code that is to go on.
  ///   - folder: of the run.
  /// - Returns: a warning where the program is another build.
  /// - Throws: `DiagnosticError` with every file that changed or is not there.
  func require(_ now: TrainingProgram?, in folder: RunFolder) throws -> Note? {
    guard let program, let now else { return nil }
    let mistakes = program.plugins.compactMap { plugin -> Diagnostic? in
      let found = now.plugins.first { $0.name == plugin.name }
      if found?.digest == plugin.digest { return nil }
      guard let found else {
        return Diagnostic(
          "\(folder.path): cannot be resumed without its plugin file",
          hints: [folder.hint(for: plugin)])
      }
      return Diagnostic(
        "\(folder.path): cannot be resumed: the plugin file \(plugin.name) changed since it was started",
        hints: [
          "then: \(plugin.digest)", "now:  \(found.digest)",
          folder.isCopy(found.path, of: plugin)
            ? "the run's own copy was edited: put back what it was" : folder.hint(for: plugin),
          "or start it anew with: petl run \(folder.path)/recipe.yaml --plugin \(found.path)",
        ])
    }
    try mistakes.throwIfAny()
    guard program.digest != now.digest else { return nil }
    let before = program.name == now.name ? "another build of \(now.name)" : program.name
    return .warning(
      "the run was started by \(before) (\(program.digest.prefix(12))), and goes on with \(now.name) "
        + "(\(now.digest.prefix(12))): if what computes is not the same, neither are its figures")
  }
}

extension RunFolder {
  /// The folder for the plugin files that a run was trained with.
  static let pluginFolder = "plugins"

  /// Where plugin files of a run lie, from its recipe on.
  public static func pluginPaths(_ plugins: [PluginSource]) -> [String] {
    plugins.map { "\(pluginFolder)/\($0.name)" }
  }

  /// What to add to a command so that it knows a plugin file of the run.
  func hint(for plugin: RunOrigin.Program.Plugin) -> String {
    let copy = file("\(Self.pluginFolder)/\(plugin.name)")
    let path = FileKind.seen(at: copy) == nil ? plugin.path : copy
    return "the run was trained with the plugin file \(plugin.name); add: --plugin \(path)"
  }

  /// Whether a path is that of the run's own copy of a plugin file.
  func isCopy(_ path: String, of plugin: RunOrigin.Program.Plugin) -> Bool {
    let copy = URL(fileURLWithPath: file("\(Self.pluginFolder)/\(plugin.name)"))
    return path == copy.standardizedFileURL.path
  }

  /// Keeps the plugin files of a run beside its recipe.
  ///
  /// - Throws: `DiagnosticError` when they cannot be written.
  func keep(_ plugins: [PluginSource]) throws {
    for plugin in plugins {
      for file in plugin.files {
        let part = plugin.isFolder ? "\(plugin.name)/\(file.name)" : plugin.name
        let path = try target("\(Self.pluginFolder)/\(part)")
        try createFolder(
          self.file(Self.pluginFolder + (plugin.isFolder ? "/\(plugin.name)" : "")))
        try writeAtomically(file.contents, to: path)
      }
    }
  }
}
