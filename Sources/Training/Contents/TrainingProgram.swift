import PETL

/// The code that computes a run: the program, and the plugin files that it has loaded.
///
/// Two of them that are told apart by a digest may compute something else, whatever their versions are.
public struct TrainingProgram: Sendable {
  /// The name of the program's file.
  public let name: String
  /// SHA-256 of the program's file.
  public let digest: String
  /// The plugin files.
  public let plugins: [PluginSource]

  /// Describes a program.
  ///
  /// - Parameters:
  ///   - name: of its file.
  ///   - digest: SHA-256 of its file.
  ///   - plugins: the plugin files that it has loaded.
  public init(name: String, digest: String, plugins: [PluginSource]) {
    (self.name, self.digest, self.plugins) = (name, digest, plugins)
  }

  /// All that tells it from other code.
  public var identity: String {
    ([digest] + plugins.map(\.digest).sorted()).joined(separator: " ")
  }
}
