import ArgumentParser
import Checkpoints
import Foundation
import PETL

/// `petl completions`.
struct CompletionsCommand: RegistryCommand {
  /// What is done with the script.
  enum Action: String, CaseIterable, ExpressibleByArgument {
    case install, print
  }

  /// A shell that completes words.
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    /// As the parser names it.
    fileprivate var kind: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }

    /// Where it looks for the script of a program, in a home folder.
    fileprivate func place(_ home: String, _ environment: [String: String]) -> String {
      func folder(_ variable: String, _ usual: String) -> String {
        environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(usual)"
      }
      let name = ProgramName.own
      return switch self {
      case .bash:
        "\(folder("XDG_DATA_HOME", ".local/share"))/bash-completion/completions/\(name)"
      case .zsh: "\(home)/.zfunc/_\(name)"
      case .fish: "\(folder("XDG_CONFIG_HOME", ".config"))/fish/completions/\(name).fish"
      }
    }

    /// What is added to the script: bash takes `=` for the end of a word, and puts a space behind a key.
    fileprivate var more: String {
      guard self == .bash else { return "" }
      let name = ProgramName.own
      let function = "_" + name.replacing("-", with: "_")
      return """


        COMP_WORDBREAKS=${COMP_WORDBREAKS//=}
        \(function)_settings() {
            \(function) "$@"
            if [[ ${COMPREPLY[0]-} == *=* ]]; then compopt -o nospace +o filenames 2>/dev/null; fi
            return 0
        }
        complete -o filenames -F \(function)_settings \(name)

        """
    }

    /// What is to be done besides.
    fileprivate var next: String {
      switch self {
      case .bash: "a new shell completes, where the package bash-completion is installed"
      case .zsh:
        "put this into ~/.zshrc, before any other compinit: fpath+=~/.zfunc; autoload -Uz compinit; compinit"
      case .fish: "a new shell completes"
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Let your shell complete commands, options, plugins and keys of recipes.",
    discussion: """
      Examples:
        petl completions install
        petl completions print --shell zsh > _petl
      """)

  static var productThreads: Int { 0 }

  @Argument(help: "install puts the script where the shell looks for it; print prints it.")
  var action: Action

  @Option(help: "bash, zsh or fish; that of $SHELL when left out.")
  var shell: Shell?

  func run(with registry: PluginRegistry) throws {
    let environment = ProcessInfo.processInfo.environment
    let own = environment["SHELL"].map { URL(fileURLWithPath: $0).lastPathComponent }
    guard let shell = shell ?? own.flatMap(Shell.init(rawValue:)) else {
      let known = Shell.allCases.map(\.rawValue).joined(separator: ", ")
      throw DiagnosticError(
        own.map { "the shell '\($0)' is none that is known here" }
          ?? "which shell it is for is not known: $SHELL is not set",
        hints: ["name one of \(known): --shell bash"])
    }
    let script = PETLTool.completionScript(for: shell.kind) + shell.more
    guard action == .install else { return Terminal.say(script, terminator: "") }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw DiagnosticError(
        "there is no home folder: $HOME is not set",
        hints: [
          "print the script, and put it where your shell looks: \(ProgramName.own) completions print"
        ])
    }
    let path = shell.place(home, environment)
    try createFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    try RunFailure.marking { try writeAtomically(Array(script.utf8), to: path) }
    Terminal.say("\(path) is written; \(shell.next)")
  }
}
