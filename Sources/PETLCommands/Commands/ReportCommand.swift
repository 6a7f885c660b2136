import ArgumentParser
import Checkpoints
import PETL
import Reports
import Studies
import Training

/// `petl report`.
struct ReportCommand: PluginCommand {
  /// What the report is written as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// A page with all drawings in it.
    case html
    /// The curves as one drawing; of a sweep the paired differences, too.
    case svg
    /// Tables.
    case md
  }

  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a run or a sweep as one page: curves, redundancy, tables, recipe.",
    discussion: """
      petl run and petl sweep leave report.html in their folders; this writes it again, or as a drawing \
      or Markdown. The page needs no other file and no network. That of a sweep has means and \
      intervals, paired differences, and accuracy and redundancy against each number that varied.

      Examples:
        petl report runs/quickstart
        petl report runs/quickstart --format svg --output curves.svg
        petl report runs/quickstart --set data.path=/elsewhere
        petl report sweeps/sweep-lambda
      """)

  @Argument(help: "The folder of a run or of a sweep.", completion: .directory)
  var run: String

  @Option(help: "html, svg (the curves) or md (the tables).")
  var format = Format.html

  @Option(
    help: "The file; report.html, .svg or .md in that folder when left out.",
    completion: .file())
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the run's recipe.", valueName: "key=value"))
  var overrides: [String] = []

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [run] }
  var warnsOfChangedPlugins: Bool { false }

  func run(with registry: PluginRegistry) throws {
    let isSweep = SweepOutcome.isSweep(run)
    if isSweep, !overrides.isEmpty {
      throw DiagnosticError(
        "--set changes the recipe of a run, and \(run) is the folder of a sweep",
        hints: ["leave --set out, or name the folder of one of its runs"])
    }
    let folder = isSweep ? run : try RunFolder(existing: run).path
    let path = output ?? "\(folder)/report.\(format.rawValue)"
    try checkWritable(path)
    let text =
      isSweep
      ? sweepText(try SweepReport(sweep: run))
      : runText(try RunReport(RunFolder(existing: run), registry: registry, overrides: overrides))
    try RunFailure.marking { try writeAtomically(Array(text.utf8), to: path) }
    Terminal.say(path)
  }

  private func runText(_ report: RunReport) -> String {
    switch format {
    case .html: report.html()
    case .svg: report.svg()
    case .md: report.markdown()
    }
  }

  private func sweepText(_ report: SweepReport) -> String {
    switch format {
    case .html: report.html()
    case .svg: report.svg()
    case .md: report.markdown()
    }
  }
}
