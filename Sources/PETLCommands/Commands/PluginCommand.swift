import ArgumentParser
import PETL
import Training

/// A subcommand that plugin files may be named to.
protocol PluginCommand: RegistryCommand {
  /// The plugin files of the command line.
  var plugins: PluginArguments { get }
  /// The paths of recipes and folders of runs that may name plugin files themselves.
  var pluginPlaces: [String] { get }
  /// Whether it computes with the plugins of a run that ended: not where others are refused, or where
  /// what was logged is shown.
  var warnsOfChangedPlugins: Bool { get }
}

extension PluginCommand {
  var pluginPlaces: [String] { [] }
  var warnsOfChangedPlugins: Bool { true }
}

extension RegistryCommand {
  /// Runs with some plugins, and with those of the files that are named.
  ///
  /// - Throws: as `run(with:)` does; `CompilerErrors` or `DiagnosticError` when a file cannot be loaded.
  func run(adding known: PluginRegistry) throws {
    guard let command = self as? any PluginCommand else { return try run(with: known) }
    let loading = PluginLoading(
      paths: command.plugins.files, places: command.pluginPlaces,
      allowsNamed: command.plugins.allowsNamed)
    let registry = try loading.loaded(into: known)
    if command.warnsOfChangedPlugins {
      let notes = command.pluginPlaces.flatMap {
        RunFolder.changedPlugins(at: $0, registry.sources)
      }
      for note in notes { Terminal.note(note) }
    }
    try run(with: registry)
  }
}

/// The plugin files that a command is given.
struct PluginArguments: ParsableArguments {
  @Option(
    name: .customLong("plugin"), parsing: .singleValue,
    help: ArgumentHelp(
      "A file of Swift with plugins in it, or a folder of such files: petl compiles it and runs its code. "
        + "May be repeated.", valueName: "file"), completion: .file(extensions: ["swift"]))
  var files: [String] = []

  @Flag(
    name: .customLong("allow-plugins"),
    help: "Also the plugin files that the recipe names, or that of the run.")
  var allowsNamed = false
}
