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
