/// How far the work on many images has come, for whoever shows it to a user.
///
/// ```swift
/// try ImageProgress.$observer.withValue({ print($0.done, "of", $0.count) }) {
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

  /// Is told of progress within `withValue`, on any thread and several times a second; nil tells nobody.
  @TaskLocal public static var observer: (@Sendable (ImageProgress) -> Void)?

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
