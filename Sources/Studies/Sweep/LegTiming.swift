import Datasets
import PETL
import Recipes
import Training

/// What one stage of a run takes, by the clock: a few real steps and one measurement of each split.
struct LegTiming {
  /// The steps that are not counted: the first ones make room in memory.
  private static let warmUps = 3
  /// The steps that are.
  private static let counted = 5

  /// Seconds until the first step: weights, data, and whatever is gathered before.
  let preparation: Double
  /// Seconds a step: the median.
  let step: Double
  /// Steps an epoch.
  let stepsPerEpoch: Int
  /// Seconds to measure the validation split; 0 without one.
  let validation: Double
  /// Seconds to measure the test split; 0 without one.
  let test: Double

  /// Trains a recipe's only stage for some steps; nothing is written.
  ///
  /// - Parameter recipe: of one stage.
  /// - Throws: `DiagnosticError` when it cannot be trained.
  init(_ recipe: Recipe) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let experiment = try Plan(recipe).experiment()
    let stop = StopRequest()
    let watch = StepWatch(stop, most: Self.warmUps + Self.counted)
    do {
      _ = try Runner(experiment, observer: watch, stop: stop).run()
    } catch is TrainingInterrupted {}
    let ends = watch.ends
    preparation = ((watch.begin ?? clock.now) - start) / .seconds(1)
    let times = zip(ends, ends.dropFirst()).map { ($1 - $0) / .seconds(1) }
    let kept = times.dropFirst(times.count > Self.warmUps ? Self.warmUps - 1 : 0).sorted()
    let only = ends.first.flatMap { first in watch.begin.map { (first - $0) / .seconds(1) } } ?? 0
    step = kept.isEmpty ? only : kept[kept.count / 2]
    stepsPerEpoch = watch.stepsPerEpoch
    func seconds(_ split: Split) -> Double {
      let begin = clock.now
      guard (try? experiment.evaluate(split)) != nil else { return 0 }
      return (clock.now - begin) / .seconds(1)
    }
    (validation, test) = Workers.with(count: recipe.threads) {
      (seconds(.val), seconds(.test))
    }
  }

  /// Seconds for so many epochs, with the validation split after each and the test split at the end.
  func seconds(epochs: Int) -> Double {
    Double(epochs) * (Double(stepsPerEpoch) * step + validation) + test
  }
}

/// Notes when steps end, and stops the run when there were enough.
private final class StepWatch: TrainingObserver {
  private let stop: StopRequest
  private let most: Int
  private(set) var begin: ContinuousClock.Instant?
  private(set) var ends: [ContinuousClock.Instant] = []
  private(set) var stepsPerEpoch = 0

  init(_ stop: StopRequest, most: Int) { (self.stop, self.most) = (stop, most) }

  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {
    (begin, self.stepsPerEpoch) = (ContinuousClock.now, stepsPerEpoch)
  }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    ends.append(ContinuousClock.now)
    if ends.count >= most { stop.make() }
  }
}
