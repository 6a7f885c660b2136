import Foundation
import PETL
import Statistics

/// A setting that the validation split chose, and what it came to.
public struct ChosenOutcome: Sendable {
  /// What was chosen, of how many, and its figure on the validation split.
  public let choice: SettingChoice
  /// The compared figure over seeds, where there is one.
  public let figure: Spread?
  /// The figure of the training on train+val, where there was one.
  public let retrained: Spread?
}

extension SweepOutcome {
  /// The settings that the validation split chose, by method and data set; nil where the sweep chose none.
  ///
  /// - Returns: what was compared, and the choices.
  /// - Throws: `DiagnosticError` when `chosen.json` is damaged, or nothing can be chosen any more.
  public func chosen() throws -> (comparison: RunComparison, outcomes: [ChosenOutcome])? {
    let known = Set(entries.map(\.folder))
    guard let judgement = try SweepJudgement(sweep: path, known: known) else { return nil }
    func place(_ folder: String) -> String { "\(path)/\(folder)" }
    let runs = try FinishedRuns(
      judgement.runs.map(place).filter {
        FileManager.default.fileExists(atPath: "\($0)/recipe.yaml")
      })
    let rule = SettingRule(by: judgement.by)
    let found = ComparedFigure.usual.lazy.compactMap {
      try? RunComparison(runs, figure: $0, choosing: rule)
    }.first
    let comparison = try found ?? RunComparison(runs, choosing: rule)
    let choices = comparison.choices ?? []
    let again = judgement.retrained.map { (place($0), place($1)) }
    let second =
      again.isEmpty
      ? choices.map { _ in nil }
      : try Retraining(comparison, of: runs).figures(Dictionary(again) { first, _ in first })
    return (
      comparison,
      zip(choices, second).map { choice, retrained in
        let method = comparison.methods.first { $0.label == choice.method }
        return ChosenOutcome(
          choice: choice, figure: method?.figures[choice.data], retrained: retrained)
      }
    )
  }
}
