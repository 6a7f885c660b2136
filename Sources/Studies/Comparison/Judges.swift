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
  /// The figures of the validation split of every stage of every run.
  private let figures: [Key: Double]

  /// A figure of a stage of a run.
  private struct Key: Hashable {
    let path: String
    let stage: StageTitle
    let metric: ComparedFigure.Metric
  }

  /// - Throws: `DiagnosticError` where no run has figures of a validation split.
  init(_ runs: FinishedRuns) throws {
    let metrics: [ComparedFigure.Metric] = [.perplexity, .accuracy, .loss]
    var figures: [Key: Double] = [:]
    for run in runs.runs {
      for stage in run.summary.stages {
        for metric in metrics {
          let value = ComparedFigure(metric, of: .val).value(stage)
          figures[Key(path: run.path, stage: stage.title, metric: metric)] = value
        }
      }
    }
    let known = Set(figures.keys.map(\.metric))
    guard let metric = metrics.first(where: known.contains) else {
      throw DiagnosticError(
        "settings are chosen on the validation split, and no run has figures of one",
        hints: ["give the data one: a split val, or data.val_fraction; and data.train: train"])
    }
    (self.metric, self.figures) = (metric, figures)
  }

  /// A figure of the validation split after a stage of a run.
  func figure(
    _ metric: ComparedFigure.Metric, of sample: MethodSamples.Sample, _ stage: StageTitle
  ) -> Double? {
    figures[Key(path: sample.path, stage: stage, metric: metric)]
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
