import PETL
import Recipes
import Statistics
import Training

/// Runs that are trained again with the settings that the validation split chose, on the images of training and
/// validation together, as the papers on VTAB-1K do.
public struct Retraining {
  /// The folders of the runs to train again, each once.
  public let runs: [String]
  private let choices: [SettingChoice]
  /// For each choice, the folders of the runs that stand for it.
  private let folders: [[String]]
  private let figure: ComparedFigure

  /// Finds the runs of chosen settings.
  ///
  /// A control is trained beside its method: one that several runs have is taken from one that is trained again anyway.
  ///
  /// - Parameters:
  ///   - comparison: with choices.
  ///   - finished: the runs that it compared.
  public init(_ comparison: RunComparison, of finished: FinishedRuns) {
    let choices = comparison.choices ?? []
    self.choices = choices
    figure = ComparedFigure(comparison.metric, of: comparison.split)
    let byPath = Dictionary(finished.runs.map { ($0.path, $0) }) { first, _ in first }
    var taken: [String] = []
    var found = [[String]](repeating: [], count: choices.count)
    let order = choices.indices.sorted {
      (choices[$0].stage.isControl ? 1 : 0, $0) < (choices[$1].stage.isControl ? 1 : 0, $1)
    }
    for index in order {
      let isControl = choices[index].stage.isControl
      for path in choices[index].runs {
        guard let run = byPath[path] else { continue }
        let settings = run.method(regularized: !isControl)
        let double =
          isControl
          ? taken.first { other in
            byPath[other].map {
              $0.summary.seed == run.summary.seed && $0.dataKey == run.dataKey
                && $0.method(regularized: false) == settings
            } ?? false
          } : nil
        let folder = double ?? path
        if !taken.contains(folder) { taken.append(folder) }
        found[index].append(folder)
      }
    }
    (runs, folders) = (taken, found)
  }

  /// What they came to.
  ///
  /// - Parameter retrained: the folder of each run's second training, by that of the first.
  /// - Returns: the methods as they were compared before, with the figures of the second training.
  /// - Throws: `DiagnosticError` when a folder cannot be read, or none has the figure.
  public func comparison(_ retrained: [String: String]) throws -> RunComparison {
    let (found, methods) = try collected(retrained)
    var collected = found
    collected.replace(by: methods.filter { !$0.samples.isEmpty })
    return try RunComparison(collected, choices: nil, baseline: nil)
  }

  /// What each choice came to.
  ///
  /// - Parameter retrained: the folder of each run's second training, by that of the first.
  /// - Returns: the figure of the second training over seeds, in the order of the choices; nil where there is none.
  /// - Throws: `DiagnosticError` when a folder cannot be read, or none has the figure.
  func figures(_ retrained: [String: String]) throws -> [Spread?] {
    let methods = try collected(retrained).methods
    return choices.map { choice in
      methods.first { choice.isOf($0) }.flatMap { Spread($0.figures(choice.data)) }
    }
  }

  /// The figures of the second training, as they were found and by the methods of the choices.
  private func collected(
    _ retrained: [String: String]
  ) throws -> (found: CollectedRuns, methods: [MethodSamples]) {
    let runs = try FinishedRuns(self.runs.compactMap { retrained[$0] })
    let collected = CollectedRuns(runs, figure: figure)
    try collected.throwIfEmpty()
    let byPath = Dictionary(runs.runs.map { ($0.path, $0) }) { first, _ in first }
    var methods: [MethodSamples] = []
    for (choice, folders) in zip(choices, folders) {
      let place = methods.firstIndex { choice.isOf($0) } ?? methods.endIndex
      if place == methods.endIndex {
        methods.append(MethodSamples(settings: choice.common, stage: choice.stage))
      }
      for run in folders.compactMap({ retrained[$0].flatMap { byPath[$0] } }) {
        let settings = run.method(regularized: !choice.stage.isControl)
        let own = collected.methods.first { $0.stage == choice.stage && $0.settings == settings }
        guard let sample = own?.samples[choice.data]?[run.summary.seed] else { continue }
        methods[place].samples[choice.data, default: [:]][run.summary.seed] = sample
      }
    }
    return (collected, methods)
  }
}
