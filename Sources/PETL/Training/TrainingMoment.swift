/// A moment of training: how far a stage has come.
public struct TrainingMoment: Sendable, Hashable {
  /// The stage's name in the recipe.
  public let stage: String
  /// The stage's place in the recipe, from 0.
  public let stageIndex: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// How many epochs the stage has.
  public let epochs: Int
  /// The step within the stage, counted from 0; after the last one of a stage still its number.
  public let step: Int
  /// How many steps an epoch has.
  public let stepsPerEpoch: Int

  /// Makes a moment.
  ///
  /// - Parameters:
  ///   - stage: the stage's name.
  ///   - stageIndex: its place in the recipe, from 0.
  ///   - step: within the stage, from 0.
  ///   - stepsPerEpoch: how many steps an epoch has.
  ///   - epochs: how many epochs the stage has.
  public init(
    stage: String = "train", stageIndex: Int = 0, step: Int, stepsPerEpoch: Int, epochs: Int
  ) {
    (self.stage, self.stageIndex, self.epochs) = (stage, stageIndex, epochs)
    (self.step, self.stepsPerEpoch) = (step, stepsPerEpoch)
    epoch = step / max(1, stepsPerEpoch) + 1
  }

  /// How many steps the stage has if it is not ended early.
  public var steps: Int { epochs * stepsPerEpoch }

  /// The share of the stage's steps that were taken before this one, 0 ..< 1.
  public var progress: Double { Double(step) / Double(max(1, steps)) }
}
