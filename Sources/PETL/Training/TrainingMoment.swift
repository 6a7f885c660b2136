/// When in a stage of training a step is taken.
public struct TrainingMoment: Sendable, Hashable {
  /// The stage's name.
  public let stage: String
  /// The epoch, counted from 1 within the stage.
  public let epoch: Int
  /// The steps of the stage that were taken before.
  public let step: Int
  /// How many steps the stage has.
  public let steps: Int

  /// Makes a moment.
  ///
  /// - Parameters:
  ///   - stage: the stage's name.
  ///   - epoch: counted from 1 within the stage.
  ///   - step: the steps of the stage that were taken before.
  ///   - steps: how many steps the stage has.
  public init(stage: String, epoch: Int, step: Int, steps: Int) {
    (self.stage, self.epoch, self.step, self.steps) = (stage, epoch, step, steps)
  }

  /// The share of the stage that is done, 0 ..< 1.
  public var progress: Double { Double(step) / Double(max(1, steps)) }
}
