import ArgumentParser
import Checkpoints
import PETL
import Reports
import Training

/// `petl report`.
struct ReportCommand: RegistryCommand {
  /// What the report is written as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// A page with all drawings in it.
    case html
    /// The curves as one drawing.
    case svg
    /// Tables.
    case md
  }

  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show a run as one page: curves, redundancy, ranks, recipe.",
    discussion: """
      petl run leaves report.html in its folder; this writes it again, or as a drawing or Markdown. The \
      page needs no other file and no network.

      Examples:
        petl report runs/quickstart
        petl report runs/quickstart --format svg --output curves.svg
        petl report runs/quickstart --set data.path=/elsewhere
      """)

  @Argument(help: "The folder of a run.", completion: .directory)
  var run: String

  @Option(help: "html, svg (the curves) or md (the tables).")
  var format = Format.html

  @Option(
    help: "The file; report.html, .svg or .md in the folder of the run when left out.",
    completion: .file())
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the run's recipe.", valueName: "key=value"))
  var overrides: [String] = []

  func run(with registry: PluginRegistry) throws {
    let folder = try RunFolder(existing: run)
    let path = output ?? folder.file("report.\(format.rawValue)")
    try checkWritable(path)
    let report = try RunReport(folder, registry: registry, overrides: overrides)
    let text =
      switch format {
      case .html: report.html()
      case .svg: report.svg()
      case .md: report.markdown()
      }
    try writeAtomically(Array(text.utf8), to: path)
    print(path)
  }
}
