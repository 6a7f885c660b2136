import ArgumentParser
import Checkpoints
import Foundation
import PETL
import PluginFiles
import Ranks

/// The command `petl` as a library: hand it a registry and it is a command of your own.
///
/// ```swift
/// import LoRA
/// import PETL
/// import PETLCommands
///
/// PETLTool.main { try PluginRegistry(adapters: [LoRA.self], regularizers: []) }
/// ```
public struct PETLTool: ParsableCommand {
  /// The version of PETLKit.
  public static let version = programVersion

  /// The name, the subcommands and the version.
  public static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: ProgramName.own,
      abstract: "Train small adapters on frozen Vision Transformers, with redundancy regularizers.",
      discussion: """
        Start with:  petl run Examples/recipes/quickstart.yaml
        Your own:    petl init recipe --weights vit.safetensors --data photographs
        Look around: petl list, petl describe lora, petl doctor

        Exit codes: 0 all went well, 1 the work failed or its result could not be written out, 2 the input was \
        wrong, 70 a plugin or petl itself made a mistake, 129, 130, 138 and 143 it was interrupted. A reader that goes \
        away, as head does, is no failure: what is trained is trained to its end.
        """,
      version: version,
      groupedSubcommands: [
        CommandGroup(
          name: "Training",
          subcommands: [
            RunCommand.self, ResumeCommand.self, SweepCommand.self, ValidateCommand.self,
            InitCommand.self, CheckCommand.self, PretrainCommand.self, SweepTaskCommand.self,
          ]),
        CommandGroup(
          name: "Using what was trained",
          subcommands: [
            EvaluateCommand.self, PredictCommand.self, GenerateCommand.self, CompareCommand.self,
            InspectCommand.self, ReportCommand.self, MergeCommand.self, UnmergeCommand.self,
            ConvertCommand.self, CanonicalizeCommand.self,
          ]),
        CommandGroup(
          name: "Looking around",
          subcommands: [
            ListCommand.self, DescribeCommand.self, DoctorCommand.self, BenchCommand.self,
            CompletionsCommand.self,
          ]),
      ])
  }

  /// The names of the subcommands.
  static var commandNames: [String] {
    configuration.subcommands.filter { $0.configuration.shouldDisplay }
      .compactMap { $0.configuration.commandName }
  }

  /// Makes the command.
  public init() {}

  /// Parses the arguments, runs the subcommand and ends the process.
  ///
  /// - Parameter registry: gives the plugins; called once.
  public static func main(_ registry: () throws -> PluginRegistry) -> Never {
    ProgramName.takeFromFile(commands: commandNames)
    do {
      try Surroundings.prepare()
    } catch {
      Terminal.complain(lines: words(for: error))
      end(1)
    }
    Completions.prepare(registry)
    let command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(parsing: error)
    }
    guard let command = command as? any RegistryCommand else {
      // `petl` alone, or `petl help …`: what it throws is the help.
      var command = command
      do { try command.run() } catch { exit(parsing: error) }
      end(0)
    }
    if Launch.announcedCount > 1, !type(of: command).joinsRanks {
      fail(
        "error: mpirun and srun start 'run', 'resume' and 'doctor' alone; this was started \(Launch.announcedCount) times",
        2)
    }
    do {
      let threads = type(of: command).productThreads
      if threads > 0 { try RunFailure.marking { try Surroundings.requireRoom(threads: threads) } }
      try command.run(adding: registry())
      Launch.finish()
      end(0)
    } catch let failure as RunFailure {
      fail(words(for: failure.cause), 1)
    } catch let error as CompilerErrors {
      fail("\(error)", 2)
    } catch let error as DiagnosticError {
      fail("\(error)", 2)
    } catch let code as ExitCode {
      Launch.finish()
      end(code.rawValue)
    } catch {
      fail(words(for: error), 1)
    }
  }

  /// Says what is wrong and ends the process; of several ranks all of which are wrong only the first says so.
  private static func fail(_ words: String, _ code: Int32) -> Never {
    if Terminal.isMuted {
      // Where the first rank ends for the same reason, the starter has ended this one by then.
      Thread.sleep(forTimeInterval: 3)
      let text = ProgramName.spelled("rank \(Launch.announcedNumber): \(words)\n")
      try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
    Terminal.complain(lines: words)
    end(code)
  }

  /// Parses arguments and runs a subcommand in this process, which goes on.
  ///
  /// - Parameters:
  ///   - arguments: the words after `petl`.
  ///   - registry: the plugins.
  /// - Throws: what is wrong with the arguments, `DiagnosticError` when the input is wrong, any other
  ///   error when the work failed.
  public static func run(_ arguments: [String], with registry: PluginRegistry) throws {
    var command = try parseAsRoot(arguments)
    guard let command = command as? any RegistryCommand else { return try command.run() }
    do { try command.run(adding: registry) } catch let failure as RunFailure { throw failure.cause }
  }

  /// Ends the process; a success whose words could not be written is none.
  private static func end(_ code: Int32) -> Never {
    Foundation.exit(StandardOutput.ending(code))
  }

  /// What is wrong in the words of the one who threw it, or else the system's.
  private static func words(for error: any Error) -> String {
    error is DiagnosticError ? "\(error)" : "error: \(systemReason(of: error))"
  }

  /// Ends the process with help, the version, or what is wrong with the arguments.
  private static func exit(parsing error: any Error) -> Never {
    var message = fullMessage(for: error)
    // As everywhere else.
    if message.hasPrefix("Error: ") { message = "error: " + message.dropFirst(7) }
    guard exitCode(for: error) != .success else {
      Terminal.say(ProgramName.spelled(message))
      end(0)
    }
    let names = commandNames
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
      !names.contains(word)
    {
      let nearest =
        nearestName(to: word, among: names).map { "did you mean '\(ProgramName.own) \($0)'? " }
        ?? ""
      message += "\n  \(nearest)commands: \(names.joined(separator: ", "))"
    }
    fail(message, 2)
  }
}
