import PETL
import Recipes
import Training

/// The figures of the validation split by which settings are chosen.
struct Judges {
  /// What is known of a setting.
  struct Judgement {
    /// The mean over seeds of the deciding figure.
    let figure: Double
    /// That of the loss, which decides between equals.
    let loss: Double
  }

  /// The deciding figure: perplexity of language models, accuracy of others, or else the loss.
  let metric: ComparedFigure.Metric
  /// The stages of each run, by its folder.
  private let stages: [String: [StageResult]]

  /// - Throws: `DiagnosticError` where no run has figures of a validation split.
  init(_ runs: FinishedRuns) throws {
    stages = Dictionary(runs.runs.map { ($0.path, $0.summary.stages) }) { first, _ in first }
    let all = stages.values.joined()
    let metrics: [ComparedFigure.Metric] = [.perplexity, .accuracy, .loss]
    let known = metrics.first { metric in
      all.contains { ComparedFigure(metric, of: .val).value($0) != nil }
    }
    guard let known else {
      throw DiagnosticError(
        "settings are chosen on the validation split, and no run has figures of one",
        hints: ["give the data one: a split val, or data.val_fraction; and data.train: train"])
    }
    metric = known
  }

  /// A figure of the validation split after a stage of a run.
  func figure(
    _ metric: ComparedFigure.Metric, of sample: MethodSamples.Sample, _ stage: StageTitle
  ) -> Double? {
    stages[sample.path]?.first { $0.title == stage }.flatMap {
      ComparedFigure(metric, of: .val).value($0)
    }
  }

  /// Whether a setting is better than another; one that diverged is worse than all others.
  ///
  /// What differs by rounding alone, as the means of equal counts may, is equal.
  func prefers(_ one: Judgement, to other: Judgement) -> Bool {
    let sign = metric == .accuracy ? -1.0 : 1
    func key(_ judgement: Judgement) -> (Double, Double) {
      (
        judgement.figure.isNaN ? .infinity : (sign * judgement.figure * 1e10).rounded(),
        judgement.loss.isNaN ? .infinity : (judgement.loss * 1e10).rounded()
      )
    }
    return key(one) < key(other)
  }
}
