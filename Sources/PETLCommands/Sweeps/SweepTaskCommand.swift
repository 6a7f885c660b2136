import ArgumentParser
import PETL
import Studies

/// `petl sweep-task`, which the scripts that `petl sweep --on slurm` writes start.
struct SweepTaskCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep-task",
    abstract: "Train the runs of one task of a job array; scripts of petl sweep call it.",
    shouldDisplay: false)

  static var productThreads: Int { 0 }

  @Argument(help: "The folder of the submission, as in sweeps/NAME/slurm/001.")
  var submission: String

  @Option(help: "How often the task may ask to be requeued.")
  var requeues = 10

  @Option(help: "Processes a run.")
  var ranks = 1

  @Option(name: .customLong("plugin"), parsing: .singleValue, help: "A plugin file.")
  var plugins: [String] = []

  func run(with registry: PluginRegistry) throws {
    let task = try SweepTask(
      submission: SlurmSubmission(existing: submission), requeues: requeues, ranks: ranks,
      plugins: plugins)
    let code = try RunFailure.marking { try task.run() }
    if code != 0 { throw ExitCode(code) }
  }
}
