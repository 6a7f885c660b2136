import Datasets
import Foundation
import Recipes
import Training

/// Tells of a run as it goes.
protocol RunProgress: TrainingObserver, Sendable {
  /// Images were decoded, before the first stage.
  func decoded(_ progress: ImageProgress)
  /// The run has ended, in whichever way.
  func finish()
}

extension RunProgress {
  /// Tells of what `body` does, and is finished when that has ended.
  func during<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { finish() }
    return try ImageProgress.$observer.withValue({ self.decoded($0) }) { try body() }
  }
}
