import PETL

/// What is told during a run: by the command to a terminal, by a program to whatever it likes.
public protocol TrainingObserver: AnyObject {
  /// Something that the user should know, a sentence.
  func note(_ note: Note)
  /// A stage begins.
  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int)
  /// A step was taken; `step` counts from 1 within the stage.
  func stepDidEnd(step: Int, of total: Int, loss: Double)
  /// An epoch is complete and logged.
  func epochDidEnd(_ record: EpochRecord)
  /// A stage is complete.
  func stageDidEnd(_ result: StageResult)
}

extension TrainingObserver {
  /// Nothing: right for an observer of other moments.
  public func note(_ note: Note) {}
  /// Nothing: right for an observer of other moments.
  public func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {}
  /// Nothing: right for an observer of other moments.
  public func stepDidEnd(step: Int, of total: Int, loss: Double) {}
  /// Nothing: right for an observer of other moments.
  public func epochDidEnd(_ record: EpochRecord) {}
  /// Nothing: right for an observer of other moments.
  public func stageDidEnd(_ result: StageResult) {}
}
