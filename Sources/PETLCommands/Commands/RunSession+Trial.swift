import Foundation
import Networks
import PETL
import Recipes
import Reports
import Training

extension RunSession {
  /// What a trial came to.
  private struct Trial: Encodable {
    let passed = true
    let seconds: Double
    let stages: [String]
    let adapterFormat: String?
  }

  /// Runs a trial in a folder that is thrown away, and says how long it took.
  ///
  /// - Parameters:
  ///   - registry: the plugins, for the report.
  ///   - body: runs the runner.
  /// - Throws: as `train`, and when the report cannot be made.
  func trial(_ registry: PluginRegistry, _ body: (Runner) throws -> RunSummary) throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "petl-\(UUID())").path
    let start = ContinuousClock.now
    defer { try? FileManager.default.removeItem(atPath: place) }
    let folder = try RunFolder(creating: place, name: experiment.recipe.name)
    let summary = try trained(in: folder, body)
    do {
      _ = try RunReport(folder, registry: registry).html()
    } catch {
      throw RunFailure(cause: error)
    }
    let outcome = Trial(
      seconds: (ContinuousClock.now - start) / .seconds(1), stages: summary.stages.map(\.name),
      adapterFormat: summary.adapterFormat)
    if isJSON { return try Terminal.printJSON(outcome) }
    let steps = experiment.recipe.trial?.steps ?? 0
    let measured = summary.stages.last.map { stage in
      [("validation", stage.validation), ("test", stage.test)].filter { $0.1 != nil }.map(\.0)
    }
    let splits = (measured ?? []).joined(separator: " and ")
    Terminal.say(
      "it works: at most \(steps) steps of \(outcome.stages.joined(separator: ", ")), "
        + (splits.isEmpty ? "" : "some of \(splits), ")
        + "checkpoints, adapter (format: \(outcome.adapterFormat ?? "none")) and report, in "
        + "\(fixed(outcome.seconds, 1)) s; nothing is kept, and what figures are printed say nothing"
    )
  }
}
