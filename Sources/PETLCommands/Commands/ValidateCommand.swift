import ArgumentParser
import Datasets
import Networks
import PETL
import Recipes
import Studies
import Training

/// `petl validate`.
struct ValidateCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a recipe, the files it names and whether its parts fit, without training.",
    discussion: """
      Says everything that is wrong at once, with line and column, in milliseconds. Texts become tokens, too, \
      which takes longer. Of a sweep every run is checked; a recipe of petl pretrain is one, too.

      Examples:
        petl validate recipe.yaml --set adapter.rank=4
        petl validate Examples/recipes/sweep-lambda.yaml
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
    /// How many runs a sweep has.
    var runs: Int?
    var notes: [Note] = []
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [arguments.recipe] }

  func run(with registry: PluginRegistry) throws {
    do {
      switch try RecipeKind(path: arguments.recipe) {
      case .run: try check(registry)
      case .sweep:
        try check(
          SweepRecipe(
            path: arguments.recipe, overrides: arguments.overrides, registry: registry))
      case .pretraining: try checkPretraining()
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

  private func check(_ registry: PluginRegistry) throws {
    let recipe: Recipe
    do {
      recipe = try arguments.read(registry)
    } catch let error as DiagnosticError {
      // What keys are wrong may be those that name them.
      if !json {
        Terminal.tell("The files and sets that it names were not looked at yet.")
      }
      throw error
    }
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
  }

  /// Checks every run of a sweep; texts become tokens when they are trained on.
  private func check(_ sweep: SweepRecipe) throws {
    let plans = try sweep.plans()
    var seen: Set<Note> = []
    let notes = plans.flatMap(\.remarks).filter { seen.insert($0).inserted }
    if json {
      return try Terminal.printJSON(
        Report(
          valid: true, diagnostics: [], adapterParameters: nil, sites: nil, runs: plans.count,
          notes: notes))
    }
    for note in notes { Terminal.note(note) }
    let example = plans.first.map { "; the first: \($0.summary)" } ?? ""
    Terminal.say("\(arguments.recipe): valid; a sweep of \(plans.count) runs\(example)")
  }

  private func checkPretraining() throws {
    let recipe = try PretrainRecipe(path: arguments.recipe, overrides: arguments.overrides)
    if json {
      return try Terminal.printJSON(
        Report(
          valid: true, diagnostics: [], adapterParameters: nil, sites: nil, notes: recipe.remarks))
    }
    recipe.remarks.forEach(Terminal.note)
    Terminal.say("\(arguments.recipe): valid; '\(recipe.name)' is for petl pretrain")
  }
}
