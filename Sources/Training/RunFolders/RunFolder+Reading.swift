import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes

extension RunFolder {
  /// The classes of the head that the run ended with.
  ///
  /// - Parameter registry: the plugins that the recipe may name.
  /// - Returns: their names, where they have any.
  /// - Throws: `DiagnosticError` when the run did not end.
  public func headClasses(registry: PluginRegistry) throws -> HeadClasses {
    let recipe = try recipe(registry: registry)
    let path = try lastCheckpoint(of: recipe)
    let file = try SafetensorsFile(path: path)
    guard let count = file.entry("head.weight")?.shape.first else {
      throw DiagnosticError("\(path): tensor 'head.weight' is missing")
    }
    let names =
      ClassNames.read(file.metadata, count: count) ?? (try? Dataset(recipe.data))?.classes
    return HeadClasses(
      owner: self.path, count: count, names: names, areWords: recipe.data.namesClasses)
  }

  /// The keys that the recipe of every run has.
  package static let recipeKeys = ["name", "seed", "data"]

  /// The text of the recipe, which must be one, whatever plugins it names.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be read, or is another YAML file of that name.
  public func recipeText() throws -> String {
    let path = file("recipe.yaml")
    var entries: [ConfigurationNode.Entry] = []
    if case .mapping(let found) = try YAMLReader.read(path: path).value { entries = found }
    guard Self.recipeKeys.allSatisfy({ key in entries.contains { $0.key == key } }) else {
      throw DiagnosticError(
        "\(self.path): not the folder of a run",
        hints: ["its recipe.yaml has no \(Self.recipeKeys.joined(separator: ", "))"])
    }
    return String(decoding: try readFile(path, limit: 10 << 20), as: UTF8.self)
  }

  /// The recipe of a run.
  ///
  /// - Parameters:
  ///   - registry: the plugins that the recipe may name.
  ///   - overrides: changes to it.
  /// - Returns: what was trained, of any task.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public func recipe(registry: PluginRegistry, overrides: [String] = []) throws -> Recipe {
    do {
      return try Recipe(run: path, overrides: overrides, registry: registry)
    } catch let error as DiagnosticError {
      throw DiagnosticError(error.diagnostics.map { explaining($0, registry) })
    }
  }

  /// The diagnostic with whoever knows the plugin that is missing, where one is.
  private func explaining(_ diagnostic: Diagnostic, _ registry: PluginRegistry) -> Diagnostic {
    guard PluginRegistry.isOfMissingPlugin(diagnostic), let program = try? origin().program else {
      return diagnostic
    }
    let known = Set(registry.sources.map(\.name))
    let missing = program.plugins.filter { !known.contains($0.name) }.map(hint)
    return Diagnostic(
      diagnostic.message, at: diagnostic.span,
      hints: diagnostic.hints
        + (missing.isEmpty ? ["the run was trained by \(program.name), which has it"] : missing))
  }

  /// The path of the parameters that a run ended with.
  ///
  /// - Throws: `DiagnosticError` when the run did not end.
  package func lastCheckpoint(of recipe: Recipe) throws -> String {
    let last = recipe.stages.last?.name ?? "train"
    let checkpoint = file("checkpoint/\(last).safetensors")
    guard FileManager.default.fileExists(atPath: checkpoint) else {
      throw DiagnosticError(
        "\(path): the run did not finish stage '\(last)'",
        hints: [
          "expected the file \(checkpoint)",
          "a run that was cut off goes on with: petl resume \(path)",
        ])
    }
    return checkpoint
  }
}
