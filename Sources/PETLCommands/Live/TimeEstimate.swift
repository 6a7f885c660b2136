/// A stage that a run is going to train.
struct PlannedStage: Equatable, Sendable {
  /// Its name, or that of its control.
  let title: String
  let epochs: Int
  /// Whether the regularizers apply, which takes its time.
  let regularizes: Bool
}

/// How long a run still takes, learned from how long its steps and evaluations took so far.
///
/// Times are seconds on any clock. A step's time is a running mean over about an epoch, so that a first
/// epoch that fills caches is soon forgotten.
struct TimeEstimate: Sendable {
  /// The stage that is being trained.
  private struct Current {
    let index: Int
    let epochs: Int
    let stepsPerEpoch: Int
    let regularizes: Bool
    var step = 0
    var evaluations = 0
    var steps = RunningMean()
    /// Whether the step was an epoch's last one, so that an evaluation follows.
    var isEvaluating: Bool { step > evaluations * stepsPerEpoch && step % stepsPerEpoch == 0 }
  }

  private let stages: [PlannedStage]
  private var current: Current?
  /// How many stages are behind.
  private var done = 0
  /// The last moment that something ended.
  private var last = 0.0
  /// The seconds of a step, with regularizers and without.
  private var pace: [Bool: Double] = [:]
  /// The seconds between an epoch's last step and the next epoch.
  private var evaluation = RunningMean()
  /// The seconds between a stage's last epoch and the next stage.
  private var ending = RunningMean()

  init(_ stages: [PlannedStage]) {
    self.stages = stages
  }

  /// The seconds of a step of this stage.
  var secondsPerStep: Double? { current.flatMap { pace[$0.regularizes] } }

  mutating func begin(_ title: String, epochs: Int, stepsPerEpoch: Int, at now: Double) {
    let index = stages.firstIndex { $0.title == title }
    current = Current(
      index: index ?? stages.count, epochs: epochs, stepsPerEpoch: max(1, stepsPerEpoch),
      regularizes: index.map { stages[$0].regularizes } ?? false)
    last = now
  }

  mutating func step(_ step: Int, at now: Double) {
    guard var stage = current else { return }
    // A stage that goes on from a later step has no evaluations before that.
    if stage.step == 0 { stage.evaluations = (step - 1) / stage.stepsPerEpoch }
    stage.step = step
    stage.steps.add(now - last, over: max(10, stage.stepsPerEpoch))
    pace[stage.regularizes] = stage.steps.value
    (current, last) = (stage, now)
  }

  mutating func endEpoch(at now: Double) {
    evaluation.add(now - last, over: 3)
    current?.evaluations += 1
    last = now
  }

  /// Ends a stage, also one that never began because an earlier run had trained it.
  mutating func end(_ title: String, at now: Double) {
    if current != nil { ending.add(now - last, over: 3) }
    current = nil
    done = max(done, (stages.firstIndex { $0.title == title } ?? -1) + 1)
    last = now
  }

  /// The seconds until the stage is complete; nil while no step has ended.
  func stageLeft(at now: Double) -> Double? {
    guard let current, let pace = pace[current.regularizes] else { return nil }
    let steps = current.epochs * current.stepsPerEpoch - current.step
    let pauses = evaluation.value ?? 0
    let left =
      Double(max(0, steps)) * pace + Double(max(0, current.epochs - current.evaluations)) * pauses
      + (ending.value ?? 0)
    // What is being done has been going on for a while, but is not done.
    return left - min(max(0, now - last), current.isEvaluating ? pauses : steps > 0 ? pace : 0)
  }

  /// The seconds until all stages are complete; nil while no step has ended.
  func runLeft(at now: Double) -> Double? {
    guard let current, let own = stageLeft(at: now), let pace = pace[current.regularizes] else {
      return nil
    }
    let pause = evaluation.value ?? 0
    var sum = own
    for stage in stages.dropFirst(max(done, current.index + 1)) {
      let step = self.pace[stage.regularizes] ?? pace
      sum += Double(stage.epochs) * (Double(current.stepsPerEpoch) * step + pause)
      sum += ending.value ?? 0
    }
    return sum
  }
}

/// A mean that forgets: of all values while they are few, of about the last `window` later.
struct RunningMean: Sendable {
  private(set) var value: Double?
  private var count = 0

  mutating func add(_ next: Double, over window: Int) {
    count = min(count + 1, window)
    let mean = value ?? next
    value = mean + (next - mean) / Double(count)
  }
}
