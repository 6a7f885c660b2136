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
    /// Tables for a paper.
    case latex
    /// A folder with the figures of each epoch, a curve for each stage.
    case tensorboard

    /// The file that it is; nil of a folder.
    var document: Document? { self == .latex ? .tex : Document(rawValue: rawValue) }
  }

  /// What a report is as one file.
  enum Document: String {
    case html, svg, md, tex
  }

  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a run or a sweep as one page: curves, redundancy, tables, recipe.",
    discussion: """
      petl run and petl sweep leave report.html in their folders; this writes it again, or as a drawing, \
      Markdown or LaTeX, or for TensorBoard. The page needs no other file and no network. That of a sweep has means and \
      intervals, paired differences, and accuracy and redundancy against each number that varied.

      Examples:
        petl report runs/quickstart
        petl report runs/quickstart --format svg --output curves.svg
        petl report runs/quickstart --set data.path=/elsewhere
        petl report runs/quickstart --format tensorboard
        petl report sweeps/sweep-lambda
      """)

  @Argument(help: "The folder of a run or of a sweep.", completion: .directory)
  var run: String

  @Option(help: "html, svg (the curves), md or latex (the tables) or tensorboard (event files).")
  var format = Format.html

  @Option(
    help:
      "The file; report.html, .svg, .md or .tex, or the folder tensorboard, in that folder when left out.",
    completion: .file())
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the run's recipe.", valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []

  @Flag(help: "Print where it is as one JSON object.")
  var json = false

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
    guard let document = format.document else {
      guard overrides.isEmpty else {
        throw DiagnosticError(
          "--set changes nothing of event files, which are of the training alone")
      }
      return try writeEvents(of: folder, isSweep: isSweep)
    }
    let path = output ?? "\(folder)/report.\(document.rawValue)"
    try checkTable(path, apartFrom: inputs(of: folder, registry))
    let text =
      isSweep
      ? text(try SweepReport(sweep: run, isWithin: output == nil), document)
      : text(try report(RunFolder(existing: run), registry), document)
    try RunFailure.marking { try writeAtomically(Array(text.utf8), to: path) }
    try say(path)
  }

  /// The report of a run; what it lacks, or is of others than the run had, is said.
  private func report(_ folder: RunFolder, _ registry: PluginRegistry) throws -> RunReport {
    let report = try RunReport(folder, registry: registry, overrides: overrides)
    let known = Set((try? folder.summary().notes.map(\.description)) ?? [])
    for note in report.notes where !known.contains(note) {
      if note.hasPrefix("no ") {
        Terminal.complain(lines: "warning: \(note)")
      } else if note.hasPrefix("warning: ") {
        Terminal.complain(lines: note)
      } else {
        Terminal.note(Note(note))
      }
    }
    return report
  }

  /// Where a report is.
  private struct Place: Encodable {
    let report: String
    let format: String
  }

  private func say(_ path: String) throws {
    if json { return try Terminal.printJSON(Place(report: path, format: format.rawValue)) }
    Terminal.say(path)
  }

  /// Writes event files, also of a run that is under way.
  private func writeEvents(of folder: String, isSweep: Bool) throws {
    let path = output ?? "\(folder)/tensorboard"
    guard isSweep else {
      let records = try RunFolder(existing: folder).records(isWhole: false)
      guard !records.isEmpty else { throw Self.nothing(folder) }
      try RunFailure.marking { try EventFile.write(records, to: path) }
      return try say(path)
    }
    var isEmpty = true
    for name in try SweepOutcome(existing: folder).entries.map(\.folder) {
      guard let run = try? RunFolder(existing: "\(folder)/\(name)") else { continue }
      let records = try run.records(isWhole: false)
      if !records.isEmpty { isEmpty = false }
      try RunFailure.marking { try EventFile.write(records, to: "\(path)/\(name)") }
    }
    if isEmpty { throw Self.nothing(folder) }
    try say(path)
  }

  private static func nothing(_ folder: String) -> DiagnosticError {
    DiagnosticError(
      "\(folder): nothing was logged yet", hints: ["there is a line after each epoch"])
  }

  private func text(_ report: RunReport, _ document: Document) -> String {
    switch document {
    case .html: report.html()
    case .svg: report.svg()
    case .md: report.markdown()
    case .tex: report.latex()
    }
  }

  private func text(_ report: SweepReport, _ document: Document) -> String {
    switch document {
    case .html: report.html()
    case .svg: report.svg()
    case .md: report.markdown()
    case .tex: report.latex()
    }
  }
}
