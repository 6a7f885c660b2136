import ArgumentParser
import Studies

/// What `petl sweep --on slurm` asks of the batch system.
struct SlurmArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The time limit of a task, as in 2:00:00.", valueName: "limit"))
  var time: String?

  @Option(help: ArgumentHelp("Cores a process; so many threads it has.", valueName: "n"))
  var cpus: Int?

  @Option(help: ArgumentHelp("Memory a node, as in 8G.", valueName: "size"))
  var mem: String?

  @Option(help: ArgumentHelp("The partition.", valueName: "name"))
  var partition: String?

  @Option(help: ArgumentHelp("The account that pays.", valueName: "name"))
  var account: String?

  @Option(help: ArgumentHelp("The quality of service.", valueName: "name"))
  var qos: String?

  @Option(
    name: .customLong("sbatch"), parsing: .singleValue,
    help: ArgumentHelp(
      "Any other option of sbatch: --sbatch gres=gpu:1. May be repeated.", valueName: "key=value"))
  var more: [String] = []

  @Option(help: ArgumentHelp("Processes a run, by srun --mpi=pmix.", valueName: "n"))
  var ranks: Int?

  @Option(
    help: ArgumentHelp(
      "How often a task may ask to be requeued when its time is up; 10 when left out.",
      valueName: "n"))
  var requeues: Int?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A job that must have ended before, however it ends. May be repeated.", valueName: "job"))
  var after: [String] = []

  @Flag(help: "Stay, show how far all runs are, and write table and report when they have ended.")
  var wait = false

  /// The named settings that were given.
  private var named: [SlurmRequest.Setting] {
    let values = [
      ("time", time), ("cpus-per-task", cpus.map(String.init)), ("mem", mem),
      ("partition", partition), ("account", account), ("qos", qos),
    ]
    return values.compactMap { key, value in value.map { SlurmRequest.Setting(key, $0) } }
  }

  /// The option that was given first, as it is spelled; nil when there is none.
  var firstGiven: String? {
    if let first = named.first { return first.key == "cpus-per-task" ? "--cpus" : "--\(first.key)" }
    if !more.isEmpty { return "--sbatch" }
    if ranks != nil { return "--ranks" }
    if requeues != nil { return "--requeues" }
    if !after.isEmpty { return "--after" }
    return wait ? "--wait" : nil
  }

  /// What is asked for.
  ///
  /// - Parameter atOnce: how many tasks may run at once.
  /// - Returns: what a submission is made with.
  /// - Throws: `ValidationError` with what is wrong.
  func request(atOnce: Int?) throws -> SlurmRequest {
    func require(_ isRight: Bool, _ words: @autoclosure () -> String) throws {
      if !isRight { throw ValidationError(words()) }
    }
    if let time {
      try require(
        time.wholeMatch(of: /\d+(-\d+(:\d+){0,2}|(:\d+){0,2})/) != nil,
        "--time is minutes, hours:minutes:seconds or days-hours:minutes, as in 2:00:00; found '\(time)'."
      )
    }
    if let mem {
      try require(
        mem.wholeMatch(of: /\d+[KMGT]?/) != nil, "--mem is a size as in 8G or 500M; found '\(mem)'."
      )
    }
    try require((1...4096).contains(cpus ?? 1), "--cpus is 1 to 4096.")
    try require((1...65536).contains(ranks ?? 1), "--ranks is 1 to 65536.")
    try require((0...10_000).contains(requeues ?? 0), "--requeues is 0 to 10000.")
    for job in after {
      try require(
        !job.isEmpty && job.allSatisfy(\.isNumber) && job.allSatisfy(\.isASCII),
        "--after is the number of a job, as in 12345; found '\(job)'.")
    }
    for setting in named where setting.value?.wholeMatch(of: /[A-Za-z0-9_.,:@+-]+/) == nil {
      throw ValidationError(
        "--\(setting.key) is a name of letters, digits and ._,:@+-; found '\(setting.value ?? "")'."
      )
    }
    var settings = named
    for text in more {
      guard let setting = SlurmRequest.Setting(text: text) else {
        throw ValidationError(
          "--sbatch is an option of sbatch without its dashes, as in gres=gpu:1; found '\(text)'.")
      }
      try require(
        !SlurmRequest.ownKeys.contains(setting.key),
        "--sbatch \(text): '\(setting.key)' is what petl sets itself.")
      try require(
        !settings.contains { $0.key == setting.key },
        "--sbatch \(text): '\(setting.key)' is given twice.")
      settings.append(setting)
    }
    return SlurmRequest(
      settings: settings, ranks: ranks ?? 1, requeues: requeues ?? 10, atOnce: atOnce, after: after)
  }
}

/// Where the runs of a sweep are trained.
enum SweepScheduler: String, ExpressibleByArgument, CaseIterable {
  case slurm
}
