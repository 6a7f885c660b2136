import Foundation

/// How far the work on many images has come, for whoever shows it to a user.
///
/// ```swift
/// try ImageProgress.told(to: { print($0.done, "of", $0.count) }) {
///   try runner.run()
/// }
/// ```
public struct ImageProgress: Sendable {
  /// What is done with the images.
  public enum Activity: String, Sendable {
    /// Files are read, resized and cropped, ahead of training.
    case decoding
    /// A network is asked about them, batch by batch.
    case predicting
  }

  /// What is done.
  public let activity: Activity
  /// What the images are of: the name of a list, a folder or a data set.
  public let origin: String
  /// The images that are behind.
  public let done: Int
  /// All images.
  public let count: Int

  /// Makes a report of progress.
  public init(_ activity: Activity, of origin: String, done: Int, count: Int) {
    (self.activity, self.origin, self.done, self.count) = (activity, origin, done, count)
  }
}

extension ImageProgress {
  // Not a task-local value: in optimized builds of Swift 6.3.1 `withValue` of a function crashes here.
  private final class Holder {
    let observer: (@Sendable (ImageProgress) -> Void)?

    init(_ observer: (@Sendable (ImageProgress) -> Void)?) { self.observer = observer }
  }

  private static let key = "petl.ImageProgress"

  /// Who is told of what this thread does with images; nil for nobody.
  public static var observer: (@Sendable (ImageProgress) -> Void)? {
    (Thread.current.threadDictionary[key] as? Holder)?.observer
  }

  /// Runs `body`, and tells of its progress.
  ///
  /// - Parameters:
  ///   - observer: is told, on any thread and many times a second; nil tells nobody.
  ///   - body: works on this thread.
  /// - Returns: what `body` returns.
  public static func told<Result>(
    to observer: (@Sendable (ImageProgress) -> Void)?, _ body: () throws -> Result
  ) rethrows -> Result {
    let holders = Thread.current.threadDictionary
    let before = holders[key]
    holders[key] = Holder(observer)
    defer { holders[key] = before }
    return try body()
  }
}
