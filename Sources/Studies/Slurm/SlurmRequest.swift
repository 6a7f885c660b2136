/// What a job array is to get.
public struct SlurmRequest: Sendable, Equatable {
  /// A line `#SBATCH --key=value`; of a switch the value is nil.
  public struct Setting: Sendable, Equatable {
    /// The name of sbatch's option.
    public let key: String
    /// Its value.
    public let value: String?

    /// Makes one.
    public init(_ key: String, _ value: String?) { (self.key, self.value) = (key, value) }

    /// Reads `KEY=VALUE` or `KEY`.
    ///
    /// - Returns: nil where the key is none that sbatch could have.
    public init?(text: String) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = parts.first, key.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil,
        !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
      else { return nil }
      self.init(String(key), parts.count > 1 ? String(parts[1]) : nil)
    }
  }

  /// What sbatch is given as it stands, in that order.
  public var settings: [Setting]
  /// Processes a run, started together by `srun`; 1 is without it.
  public var ranks: Int
  /// How often a task may ask to be requeued.
  public var requeues: Int
  /// How many tasks may run at once; nil for all.
  public var atOnce: Int?
  /// Jobs that must have ended before, however they end.
  public var after: [String]

  /// Makes one.
  public init(
    settings: [Setting] = [], ranks: Int = 1, requeues: Int = 10, atOnce: Int? = nil,
    after: [String] = []
  ) {
    (self.settings, self.ranks, self.requeues) = (settings, ranks, requeues)
    (self.atOnce, self.after) = (atOnce, after)
  }

  /// The options that a submission sets itself.
  public static let ownKeys = [
    "array", "chdir", "dependency", "ntasks", "open-mode", "output", "parsable", "requeue",
    "no-requeue", "wait", "wrap",
  ]

  /// Seconds before the time limit at which a task is told, unless `--sbatch signal=…` says otherwise.
  static let notice = 120
}
