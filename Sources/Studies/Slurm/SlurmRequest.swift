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

  /// Seconds before the time limit at which a task is told, unless `--sbatch signal=…` says otherwise: two minutes,
  /// and less of a limit that is short.
  var notice: Int {
    let limit = settings.first { $0.key == "time" }?.value.flatMap(Self.seconds)
    return max(1, min(120, (limit ?? .max) / 4))
  }

  /// The seconds of a time limit as sbatch takes it: minutes, `minutes:seconds`, `hours:minutes:seconds`, or
  /// `days-hours` with minutes and seconds after it.
  ///
  /// - Parameter text: the limit.
  /// - Returns: nil for any other text, as for `UNLIMITED`.
  static func seconds(_ text: String) -> Int? {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let words = halves.last?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    let parts = words.compactMap { Int($0) }
    guard (1...2).contains(halves.count), parts.count == words.count, (1...3).contains(parts.count),
      parts.allSatisfy({ (0...1_000_000).contains($0) })
    else { return nil }
    guard halves.count == 2 else {
      let units = [[60], [60, 1], [3600, 60, 1]][parts.count - 1]
      return zip(parts, units).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard let days = Int(halves[0]), (0...10_000).contains(days) else { return nil }
    return days * 86_400 + zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
