import ArgumentParser
import Datasets
import PETL
import Recipes
import Training

/// `petl validate`.
struct ValidateCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a recipe, the files it names and whether its parts fit, without training.",
    discussion: """
      Says everything that is wrong at once, with line and column, in milliseconds.

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
      if !json { for remark in plan.remarks { Terminal.note(remark) } }
      if json {
        try Terminal.printJSON(
          Report(
            valid: true, diagnostics: [], adapterParameters: plan.adapterParameterCount,
            sites: plan.adapters.entries.count, notes: plan.remarks))
      } else {
        Terminal.say(
          "\(arguments.recipe): valid; \(plan.summary)")
      }
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
