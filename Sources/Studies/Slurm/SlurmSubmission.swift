import Checkpoints
import Foundation
import PETL

/// A job array that was submitted, as its folder `slurm/N` in that of the sweep keeps it: `runs.json`, which tasks
/// take their runs from and which is written once, the script `job.sh`, and the job's number in `job`.
public struct SlurmSubmission: Sendable {
  /// A run of the table.
  public struct Row: Sendable, Codable, Equatable {
    /// The name of the run's folder.
    public let run: String
    /// Whether its recipe says how many threads it takes.
    public let setsThreads: Bool

    /// Makes one.
    public init(run: String, setsThreads: Bool) {
      (self.run, self.setsThreads) = (run, setsThreads)
    }
  }

  private struct Table: Codable {
    let perTask: Int
    let rows: [Row]
  }

  /// The path of its folder.
  public let path: String
  /// The runs, in the order of the tasks.
  public let rows: [Row]
  /// How many runs a task takes, one after another.
  public let perTask: Int

  /// The path of the sweep's folder.
  public var sweep: String {
    URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent().path
  }

  /// The path of the script.
  public var script: String { "\(path)/job.sh" }

  /// How many tasks there are.
  public var taskCount: Int { (rows.count + perTask - 1) / perTask }

  /// The job's number; nil while it is not submitted.
  public var job: String? {
    guard let bytes = try? readFile("\(path)/job", limit: 100) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    return !text.isEmpty && text.allSatisfy(\.isNumber) ? text : nil
  }

  /// The runs of a task; none for a task that is not of this array.
  public func rows(ofTask index: Int) -> ArraySlice<Row> {
    guard (0..<taskCount).contains(index) else { return [] }
    return rows[(index * perTask)..<min(rows.count, (index + 1) * perTask)]
  }

  /// The number of the task that takes a run; nil for a run of another submission.
  public func task(of run: String) -> Int? {
    rows.firstIndex { $0.run == run }.map { $0 / perTask }
  }

  /// Reads one.
  ///
  /// - Parameter path: of its folder.
  /// - Throws: `DiagnosticError` when it cannot be read, or names what is no run.
  public init(existing path: String) throws {
    let file = "\(path)/runs.json"
    let bytes = try readFile(file, limit: 100 << 20)
    guard let table = try? JSONDecoder().decode(Table.self, from: Data(bytes)),
      (1...1_000_000).contains(table.perTask), !table.rows.isEmpty,
      table.rows.allSatisfy({ SweepEntry.isFolderName($0.run) })
    else {
      throw DiagnosticError(
        "\(file): cannot be read as the table of a submission",
        hints: ["submit the sweep anew: petl sweep RECIPE --on slurm"])
    }
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    (rows, perTask) = (table.rows, table.perTask)
  }

  /// The submissions of a sweep, the last first; those that cannot be read are left out.
  public static func all(ofSweep folder: String) -> [SlurmSubmission] {
    numbers(folder).sorted(by: >).compactMap { number in
      try? SlurmSubmission(existing: "\(folder)/slurm/\(name(number))")
    }
  }

  /// Writes the table of a new one.
  ///
  /// - Parameters:
  ///   - folder: of the sweep.
  ///   - rows: its runs.
  ///   - mostTasks: the most tasks of an array.
  /// - Throws: `DiagnosticError` when it cannot be written.
  public init(newIn folder: String, rows: [Row], mostTasks: Int) throws {
    perTask = max(1, (rows.count + mostTasks - 1) / max(1, mostTasks))
    self.rows = rows
    let sweep = URL(fileURLWithPath: folder).standardizedFileURL.path
    try requireOwnFolders(of: "slurm/any", in: sweep)
    try createFolder("\(sweep)/slurm")
    var number = (Self.numbers(sweep).max() ?? 0) + 1
    while try !createNewFolder("\(sweep)/slurm/\(Self.name(number))") { number += 1 }
    path = "\(sweep)/slurm/\(Self.name(number))"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let table = try encoder.encode(Table(perTask: perTask, rows: rows))
    try writeAtomically(Array(table) + [10], to: "\(path)/runs.json")
  }

  /// Writes the script and hands it to Slurm.
  ///
  /// - Parameters:
  ///   - request: what the job is to get.
  ///   - plugins: the paths of plugin files.
  ///   - slurm: the batch system.
  /// - Returns: the job's number.
  /// - Throws: `DiagnosticError` when Slurm does not take it.
  public func submit(
    _ request: SlurmRequest, plugins: [String], to slurm: Slurm
  ) throws -> String {
    guard let program = Bundle.main.executableURL else {
      throw DiagnosticError("the path of this program is not known: no job can be submitted")
    }
    let script = SlurmScript(
      submission: self, request: request, program: program.path,
      folder: FileManager.default.currentDirectoryPath,
      plugins: plugins.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
    try writeAtomically(Array(script.text.utf8), to: self.script)
    let job = try slurm.submit(self.script)
    try writeAtomically(Array("\(job)\n".utf8), to: "\(path)/job")
    return job
  }

  private static func numbers(_ folder: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/slurm")) ?? []
    return names.compactMap { Int($0) }
  }

  private static func name(_ number: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
