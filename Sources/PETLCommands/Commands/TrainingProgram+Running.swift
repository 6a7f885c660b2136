import PETL
import PluginFiles
import Training

extension TrainingProgram {
  /// This program, with the plugin files that it has loaded.
  ///
  /// - Parameter registry: the plugins, with the files of some.
  /// - Throws: `DiagnosticError` when the program's file cannot be read.
  init(running registry: PluginRegistry) throws {
    self.init(
      name: ProgramName.own, digest: try RunningProgram.digest, plugins: registry.sources)
  }
}
