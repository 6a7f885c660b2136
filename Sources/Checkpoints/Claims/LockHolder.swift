/// A process that works in a folder, as far as it is known.
public struct LockHolder: Sendable {
  /// Who it is; nil where the lock's file does not say.
  let identity: ProcessIdentity?
  /// The seconds since it was last heard of, by the clock of the folder's server.
  let silence: Double
  /// Whether it has ended, or has not been heard of for so long that it is taken to have.
  public let isGone: Bool

  /// What a lock's file says, however old it is; nil where it says nothing.
  ///
  /// - Parameter path: of the file.
  public init?(at path: String) {
    guard let identity = Claim(at: path)?.holder else { return nil }
    self.init(identity: identity, silence: 0, isGone: identity.hasEnded)
  }

  init(identity: ProcessIdentity?, silence: Double, isGone: Bool) {
    (self.identity, self.silence, self.isGone) = (identity, silence, isGone)
  }

  /// Its number, and its host where that is another.
  public var name: String {
    guard let identity else { return "another process" }
    let isHere = identity.place == ProcessIdentity.own.place
    return "process \(identity.process)" + (isHere ? "" : " of host \(identity.host)")
  }

  /// Until when one has to wait, in words.
  public var end: String {
    let seconds = Int(LockPlace.patience)
    return "it has ended"
      + (isHere ? "" : ", or, where it was killed, \(seconds) seconds from then")
  }

  /// Whether it is on this host, where its end is seen at once.
  var isHere: Bool { identity?.place == ProcessIdentity.own.place }
}
