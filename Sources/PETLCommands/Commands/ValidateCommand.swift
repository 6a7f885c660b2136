import ArgumentParser
import Datasets
import Networks
import PETL
import Recipes
import Training

/// `petl validate`.
struct ValidateCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a recipe, the files it names and whether its parts fit, without training.",
    discussion: """
      Says everything that is wrong at once, with line and column, in milliseconds. Texts become tokens, too, \
      which takes longer.

      Example:
        petl validate recipe.yaml --set adapter.rank=4
      """)

  /// A recipe may say how many; the run asks again then.
  static var productThreads: Int { 1 }

  @OptionGroup var arguments: RecipeArguments

  @Flag(help: "Print the findings as JSON.")
  var json = false

  private struct Report: Encodable {
    struct Finding: Encodable {
      let message: String
      let file: String?
      let line: Int?
      let column: Int?
      let hints: [String]
    }

    let valid: Bool
    let diagnostics: [Finding]
    let adapterParameters: Int?
    let sites: Int?
    var notes: [Note] = []
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [arguments.recipe] }

  func run(with registry: PluginRegistry) throws {
    do {
      let recipe = try arguments.read(registry)
      let plan = try Plan(recipe)
      let start = ContinuousClock.now
      let examples = try plan.checkExamples()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let notes =
        plan.remarks + examples.notes
        + [MachineReport.precisionHint(recipe)].compactMap { $0.map { Note($0) } }
      if json {
        return try Terminal.printJSON(
          Report(
            valid: true, diagnostics: [], adapterParameters: plan.adapterParameterCount,
            sites: plan.adapters.entries.count, notes: notes))
      }
      for note in notes { Terminal.note(note) }
      let time = examples.areRead ? "; all texts became tokens in \(fixed(seconds, 1)) s" : ""
      Terminal.say("\(arguments.recipe): valid; \(plan.summary)\(time)")
    } catch let error as DiagnosticError where json {
      let findings = error.diagnostics.map {
        Report.Finding(
          message: $0.message, file: $0.span?.source.name, line: $0.span?.line,
          column: $0.span?.column, hints: $0.hints)
      }
      try Terminal.printJSON(
        Report(valid: false, diagnostics: findings, adapterParameters: nil, sites: nil))
      throw ExitCode(2)
    }
  }
}
