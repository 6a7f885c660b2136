/// Why a run of a sweep failed when it was last tried, as its file under `failures/` keeps it.
public struct SweepFailure: Sendable, Codable, Equatable {
  /// A sentence.
  public let reason: String
  /// Whether it was killed: then it goes on from its last checkpoint, for it did nothing wrong itself.
  public let isKilled: Bool

  /// Makes one.
  public init(_ reason: String, isKilled: Bool = false) {
    (self.reason, self.isKilled) = (reason, isKilled)
  }
}
