/// What becomes of a run of a sweep that Slurm trains.
public enum SweepRunState: Sendable, Equatable {
  /// It has finished.
  case done
  /// It is trained now; where.
  case running(String)
  /// It will be; what it waits for.
  case waiting(String)
  /// It ended with an error; which.
  case failed(String)
  /// It did not finish, and says nothing of it: the reason as far as it is known.
  case lost(String)
  /// Nobody has been asked to train it.
  case new

  /// Whether it is to be submitted, for the first time or once more.
  public var isMissing: Bool {
    switch self {
    case .done, .running, .waiting: false
    case .failed, .lost, .new: true
    }
  }

  /// Whether it will change by itself.
  public var isUnderWay: Bool {
    switch self {
    case .running, .waiting: true
    case .done, .failed, .lost, .new: false
    }
  }

  /// The word for it.
  public var word: String {
    switch self {
    case .done: "done"
    case .running: "running"
    case .waiting: "waiting"
    case .failed: "failed"
    case .lost: "lost"
    case .new: "not submitted"
    }
  }

  /// What else there is to say.
  public var detail: String? {
    switch self {
    case .done, .new: nil
    case .running(let text), .waiting(let text), .failed(let text), .lost(let text): text
    }
  }
}
