import Checkpoints
import Foundation
import PETL
import PluginFiles
import Recipes

/// The plugin files of a command, from their names to a registry: nothing is compiled or loaded that was
/// not named on the command line, or allowed there.
struct PluginLoading {
  /// The paths that were named on the command line.
  let paths: [String]
  /// Paths of recipes and folders of runs, which may name some themselves.
  var places: [String] = []
  /// Whether those are allowed, too.
  var allowsNamed = false

  /// A registry with the plugins of all files.
  ///
  /// - Throws: `CompilerErrors` with the mistakes of a file; `DiagnosticError` for files that are not
  ///   there, hold no plugin, or are not allowed.
  func loaded(into known: PluginRegistry) throws -> PluginRegistry {
    let given = try paths.map { try PluginFile(path: $0) }
    var registry = known
    for file in try given + allowed(beside: given) {
      let (found, warnings) = try registry.loading(file)
      registry = found
      if !warnings.isEmpty { Terminal.complain(lines: warnings) }
    }
    return registry
  }

  /// The files that recipes and runs name, once they are allowed.
  ///
  /// - Parameter given: the files of the command line, which take the place of those of their names.
  /// - Returns: the others, read.
  /// - Throws: `DiagnosticError` for those that are not there, or not allowed.
  private func allowed(beside given: [PluginFile]) throws -> [PluginFile] {
    let mentions = places.flatMap { place in
      Recipe.pluginMentions(
        path: FileKind.seen(at: place) == .folder ? "\(place)/recipe.yaml" : place)
    }
    var files: [(file: PluginFile, span: SourceSpan)] = []
    var mistakes: [Diagnostic] = []
    for mention in mentions {
      let name = URL(fileURLWithPath: mention.path).lastPathComponent
      if given.contains(where: { $0.name == name }) { continue }
      try mistakes.collect(at: mention.span) {
        files.append((try PluginFile(path: mention.path), mention.span))
      }
    }
    try mistakes.throwIfAny()
    if files.isEmpty || allowsNamed || Permission.isGiven(files.map(\.file)) {
      return files.map(\.file)
    }
    throw DiagnosticError(
      files.map { file, span in
        Diagnostic(
          "\(file.name) is code, which is not compiled and run unasked", at: span,
          hints: ["read it; then allow it by --allow-plugins, or name it by --plugin \(file.path)"])
      })
  }
}
