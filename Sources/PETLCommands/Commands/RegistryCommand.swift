import ArgumentParser
import PETL

/// A subcommand: it runs with the plugins of the process.
protocol RegistryCommand: ParsableCommand {
  /// How many threads may multiply matrices at the same time, as far as it is known before; 0 where none
  /// does.
  static var productThreads: Int { get }

  /// Whether several processes that mpirun or srun started work together in it.
  static var joinsRanks: Bool { get }

  /// Runs.
  ///
  /// - Throws: `DiagnosticError` when the input is wrong, `RunFailure` when the work failed.
  func run(with registry: PluginRegistry) throws
}

extension RegistryCommand {
  static var productThreads: Int { Workers.count }
  static var joinsRanks: Bool { false }
}
