import ArgumentParser
import Checkpoints
import Foundation
import PETL
import Studies
import Training

/// `petl compare`.
struct CompareCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Put runs side by side: mean and spread over seeds, and tests of what differs.",
    discussion: """
      Runs whose recipes differ in the seed and the data only are one method, named after what tells \
      it from the others. Methods are compared on the same seeds: mean difference with a 95 % \
      bootstrap interval, a paired sign-flip test corrected over data sets (Holm), and Hedges' g.

      Examples:
        petl compare runs/*
        petl compare runs --metric redundancy --format markdown --output table.md
        petl compare runs/lora-* runs/dora-* --baseline lora
        petl compare sweeps/rates --select best-val
      """)

  static var productThreads: Int { 0 }

  @Argument(
    help: "Folders of runs, or folders that hold such folders.", completion: .directory)
  var runs: [String]

  @Option(
    help: "The method that all others are compared with; each one's own control when left out.")
  var baseline: String?

  @Option(
    help: "What is compared; perplexity of language models and accuracy of others when left out.")
  var metric: ComparedFigure.Metric?

  @Option(help: "The split that it is of.")
  var split = ComparedFigure.Split.test

  @Option(
    name: .customLong("stage"), parsing: .singleValue,
    help: ArgumentHelp(
      "A stage that counts, such as base or control-refine; the last one and its control when left "
        + "out. May be repeated.", valueName: "name"))
  var stages: [String] = []

  @OptionGroup(title: "Which setting counts") var settings: SettingArguments

  @Option(help: "How it is written; text when left out.")
  var format: ComparisonFormat?

  @Flag(help: "The same as --format json.") var json = false

  @Option(help: "A file for the result, in the place of standard output.", completion: .file())
  var output: String?

  func validate() throws {
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue): it is written in one form.")
    }
  }

  func run(with registry: PluginRegistry) throws {
    if let output { try checkTable(output, apartFrom: runs.flatMap { inputs(of: $0, registry) }) }
    let metrics = metric.map { [$0] } ?? [.perplexity, .accuracy]
    let found = metrics.dropLast().lazy.compactMap { metric in
      try? RunComparison(
        runs, figure: ComparedFigure(metric, of: split), stages: stages, baseline: baseline,
        choosing: settings.rule)
    }.first
    let comparison =
      try found
      ?? RunComparison(
        runs, figure: ComparedFigure(metrics[metrics.count - 1], of: split), stages: stages,
        baseline: baseline, choosing: settings.rule)
    let text = try ComparisonText(comparison).text(format ?? (json ? .json : .text))
    for remark in comparison.leftOut { Terminal.complain("left out: \(remark)") }
    for warning in comparison.warnings { Terminal.complain("warning: \(warning)") }
    if let output {
      try RunFailure.marking { try writeAtomically(Array((text + "\n").utf8), to: output) }
    } else {
      Terminal.say(text)
    }
  }
}

extension ComparedFigure.Metric: ExpressibleByArgument {}
extension ComparedFigure.Split: ExpressibleByArgument {}
