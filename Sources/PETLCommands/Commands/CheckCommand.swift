import ArgumentParser
import PETL
import PETLTesting
import PluginFiles
import Recipes

/// `petl check`.
struct CheckCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold the plugins of a file to the laws of their kind, and measure what they cost.",
    discussion: """
      Compiles the file as --plugin does, and checks each plugin with its default options or those of --set: that values \
      are finite and the same twice, that gradients agree with finite differences, that what is stored \
      is what is read, that wrong options are found. What is found is said in words, and the exit code \
      is 1 then. The cost is that of a training step of one block of ViT-B/16 on random images.

      Examples:
        petl check Crowding.swift
        petl check Crowding.swift --no-cost --json
      """)

  @Argument(
    help: "Files of Swift with plugins in them, or folders of such files.",
    completion: .file(extensions: ["swift"]))
  var files: [String]

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "An option of the plugins that have it: --set power=4.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "The gradient of some quantity is left out on purpose: no finite differences.")
  var stopsGradients = false

  @Flag(help: "An adapter starts with the same values, whatever the seed is.")
  var startsAlike = false

  @Flag(name: .customLong("no-cost"), help: "Do not measure what a step costs.")
  var skipsCost = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run(with known: PluginRegistry) throws {
    let registry = try PluginLoading(paths: files).loaded(into: known)
    var claims = Conformance.Claims()
    (claims.startsAtRandom, claims.stopsGradients) = (!startsAlike, stopsGradients)
    var reports: [PluginCheck] = []
    let loaded = try files.map { ($0, try LoadedPlugins(PluginFile(path: $0)).types) }
    let all = loaded.flatMap { $1.compactMap(PluginRegistry.plugin) }
    for (path, types) in loaded {
      for type in types {
        guard let hidden = PluginRegistry.plugin(of: type) else { throw Self.unknown(type, path) }
        // An option is given to the plugins that have it; what none has is a mistake with each.
        let overrides = overrides.filter { text in
          hidden.knows(text) || !all.contains { $0.knows(text) }
        }
        claims.options = overrides.isEmpty ? nil : try Overrides(overrides).node()
        guard let findings = try Conformance.check(plugin: type, claims) else {
          throw Self.unknown(type, path)
        }
        var report = PluginCheck(
          file: path, name: hidden.name, kind: hidden.kind, findings: findings)
        if !skipsCost, report.findings.isEmpty {
          report.cost = try RunFailure.marking {
            try PluginCost.measured(hidden, overrides, registry)
          }
        }
        if !json { Terminal.say(report.text) }
        reports.append(report)
      }
    }
    if json { try Terminal.printJSON(["plugins": reports]) }
    if reports.contains(where: { !$0.findings.isEmpty }) { throw ExitCode(1) }
  }

  /// That a plugin is of a kind whose laws are nowhere: nothing is passed over without a word.
  private static func unknown(_ type: Any.Type, _ path: String) -> DiagnosticError {
    DiagnosticError("\(path): the laws of '\(type)' are not known")
  }
}
