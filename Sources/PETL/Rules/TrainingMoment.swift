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

/// The figures of an epoch as rules see them.
public struct EpochFigures: Sendable {
  /// A split as it was measured after the epoch.
  public struct Measured: Sendable {
    /// How many examples there were.
    public let examples: Int
    /// The share that was classified rightly; in retrieval the mean of both recalls at 1.
    public let accuracy: Double
    /// The mean loss.
    public let loss: Double
    /// What decides which epoch is kept, the larger the better: accuracy, or the sum of recalls.
    public let score: Double

    /// Collects figures.
    ///
    /// - Parameters:
    ///   - examples: how many there were.
    ///   - accuracy: the share that was classified rightly.
    ///   - loss: the mean loss.
    ///   - score: what decides which epoch is kept; the accuracy when nil.
    public init(examples: Int, accuracy: Double, loss: Double, score: Double? = nil) {
      (self.examples, self.accuracy, self.loss) = (examples, accuracy, loss)
      self.score = score ?? accuracy
    }
  }

  /// The mean task loss of the epoch's batches.
  public let taskLoss: Double
  /// The validation split; nil without one.
  public let validation: Measured?

  /// Collects figures.
  ///
  /// - Parameters:
  ///   - taskLoss: the mean task loss of the epoch's batches.
  ///   - validation: the validation split; nil without one.
  public init(taskLoss: Double, validation: Measured?) {
    (self.taskLoss, self.validation) = (taskLoss, validation)
  }
}
