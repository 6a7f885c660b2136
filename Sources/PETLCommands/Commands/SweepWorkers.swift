import Checkpoints
import Foundation
import PETL
import Recipes
import Studies
import Training

/// Trains the runs of a sweep, each in a process of its own: one that fails, or dies, takes no other
/// with it.
struct SweepWorkers {
  let jobs: Int
  let isQuiet: Bool
  /// The plugin files that each process is to load.
  let plugins: [PluginSource]

  /// What a process left.
  private struct Ending: Sendable {
    let index: Int
    let status: Int32
    let log: String
  }

  /// Trains all that is not finished, and notes in the folder how each ended.
  ///
  /// - Throws: an error when a process cannot be started or a file cannot be written; what runs is
  ///   waited for.
  func run(_ folder: inout SweepFolder) throws {
    let waiting = folder.runs.indices.filter { !folder.runs[$0].isFinished }
    let threads = max(1, Workers.count / max(1, min(jobs, waiting.count)))
    let (endings, processes) = (Endings(), RunningProcesses())
    processes.endOnSignals()
    let code = try plugins.map { try $0.written(to: folder.file("plugins")) }
    let report = Terminal.isLive && !isQuiet ? LiveSweep(folder) : nil
    defer { report?.finish() }
    var next = waiting.startIndex
    var running = 0
    var trouble: (any Error)?
    while running > 0 || (trouble == nil && next < waiting.endIndex) {
      while running < jobs, next < waiting.endIndex, trouble == nil {
        do {
          let place = try start(
            waiting[next], folder, threads: threads, plugins: code, endings, processes)
          report?.begin(waiting[next], folder: place)
          running += 1
          next += 1
        } catch {
          trouble = error
        }
      }
      guard running > 0 else { break }
      let ending = endings.next()
      processes.passUnlessEnding()
      running -= 1
      do {
        try note(ending, &folder)
        report?.end(ending.index, failed: folder.runs[ending.index].entry.failure != nil)
      } catch {
        trouble = trouble ?? error
      }
    }
    if let trouble { throw trouble }
  }

  /// Starts this very program on a run's recipe.
  ///
  /// - Returns: the run's folder.
  private func start(
    _ index: Int, _ folder: SweepFolder, threads: Int, plugins: [String], _ endings: Endings,
    _ processes: RunningProcesses
  ) throws -> String {
    let run = folder.runs[index]
    let place = try folder.start(run)
    guard let program = Bundle.main.executableURL else {
      throw DiagnosticError("the path of this program is not known: no run can be started")
    }
    let log = FileHandle(fileDescriptor: try openAnew(place.log), closeOnDealloc: true)
    defer { try? log.close() }
    let process = Process()
    process.executableURL = program
    if place.isResumed {
      process.arguments = ["resume", place.folder]
    } else {
      process.arguments = [
        "run", place.recipe, "--output", place.folder, "--reuse", folder.file("stages"),
      ]
      if run.recipe.threads == nil { process.arguments? += ["--set", "threads=\(threads)"] }
    }
    process.arguments? += plugins.flatMap { ["--plugin", $0] }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    process.terminationHandler = { process in
      // What a signal ended has no status of its own.
      let status = process.terminationReason == .exit ? process.terminationStatus : -1
      endings.add(Ending(index: index, status: status, log: place.log))
    }
    try processes.start(process)
    return place.folder
  }

  private func note(_ ending: Ending, _ folder: inout SweepFolder) throws {
    let name = folder.runs[ending.index].entry.folder
    let isDone =
      ending.status == 0
      && FileManager.default.fileExists(atPath: folder.file("\(name)/summary.json"))
    let said = String(
      decoding: (try? readStart(of: ending.log, count: 16 << 20)) ?? [], as: UTF8.self)
    let lines = said.split(separator: "\n").map(String.init)
    let reason =
      lines.last { $0.contains("error: ") } ?? "the process ended; see \(ending.log)"
    try folder.end(ending.index, failure: isDone ? nil : reason)
    let title = "\(ending.index + 1)/\(folder.runs.count) \(name)"
    if !isDone {
      Terminal.complain("\(title) failed: \(reason)")
    } else if !isQuiet {
      Terminal.tell("\(title) finished")
    }
  }

  /// Processes that ended, in that order; they end on threads of their own.
  private final class Endings: @unchecked Sendable {
    private let condition = NSCondition()
    private var endings: [Ending] = []

    func add(_ ending: Ending) {
      condition.withLock { endings.append(ending) }
      condition.signal()
    }

    /// Waits for one.
    func next() -> Ending {
      condition.withLock {
        while endings.isEmpty { condition.wait() }
        return endings.removeFirst()
      }
    }
  }
}

extension PluginSource {
  /// Writes the code as it was loaded, so that a file that is edited while runs are trained changes none
  /// of them.
  ///
  /// - Parameter folder: that of all such files; each content has its own within.
  /// - Returns: the path of the copy.
  /// - Throws: `DiagnosticError` when it cannot be written.
  fileprivate func written(to folder: String) throws -> String {
    let place = "\(folder)/\(digest.prefix(16))"
    let own = isFolder ? "\(place)/\(name)" : place
    try createFolder(own)
    for file in files {
      try writeAtomically(file.contents, to: "\(own)/\(isFolder ? file.name : name)")
    }
    return "\(place)/\(name)"
  }
}
