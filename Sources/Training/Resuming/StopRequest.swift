import Synchronization

/// A wish, from anywhere and at any time, that a run ends after the step it is at.
public final class StopRequest: Sendable {
  private let flag = Atomic(false)

  /// Makes one that nobody has made yet.
  public init() {}

  /// Whether the run is to end.
  public var isMade: Bool { flag.load(ordering: .relaxed) }

  /// Asks the run to end.
  public func make() { flag.store(true, ordering: .relaxed) }
}

/// A run that ended because it was asked to.
public struct TrainingInterrupted: Error, CustomStringConvertible {
  /// The stage as the user is told of it.
  public let stage: String
  /// The epoch, counted from 1.
  public let epoch: Int
  /// How many steps of the stage were taken.
  public let step: Int
  /// The folder of the run, where it goes on from; nil when there is none.
  public internal(set) var folder: String?

  /// What happened, and how to go on.
  public var description: String {
    "interrupted in stage '\(stage)', epoch \(epoch), after step \(step)"
      + (folder.map { "; go on with: petl resume \($0)" } ?? "")
  }
}
