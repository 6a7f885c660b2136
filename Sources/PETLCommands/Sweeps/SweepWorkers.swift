import Checkpoints
import Foundation
import PETL
import Recipes
import Studies
import Training

/// Trains runs of a sweep, each in a process of its own: one that fails, or dies, takes no other with it.
///
/// Other sweeps may work in the same folder: a run that one of them trains is left to it.
struct SweepWorkers {
  let jobs: Int
  let isQuiet: Bool
  /// The plugin files that each process is to load.
  let plugins: [PluginSource]
  /// Whether to wait for the runs that others train, and to train those that they leave.
  let waits: Bool

  /// Seconds between two looks at what others train.
  private static let pause = 2.0

  /// A process that ended.
  private struct Ended: Sendable {
    let index: Int
    let ending: RunProcess.Ending
  }

  /// What goes on.
  private struct Work {
    var waiting: ArraySlice<Int>
    /// Runs that others train.
    var elsewhere: [Int] = []
    var locks: [Int: FolderLock] = [:]
    var trouble: (any Error)?
    /// Those that were found in the hands of others once.
    var seen: Set<Int> = []

    var mayStart: Bool { trouble == nil && !waiting.isEmpty }
  }

  /// Trains all of some runs that are not finished, and notes in the folder how each ended.
  ///
  /// - Parameters:
  ///   - folder: of the sweep.
  ///   - indices: of the runs.
  /// - Returns: those that others train, where they are not waited for.
  /// - Throws: an error when a process cannot be started or a file cannot be written; what runs is
  ///   waited for.
  func run(_ folder: inout SweepFolder, _ indices: [Int]) throws -> [Int] {
    let open = indices.filter { !folder.runs[$0].isFinished }
    let threads = max(1, Workers.count / max(1, min(jobs, open.count)))
    let (ended, processes) = (EndedProcesses(), RunningProcesses())
    processes.endOnSignals()
    let code = try plugins.map { try $0.written(to: folder.file("plugins")) }
    let report = Terminal.isLive && !isQuiet ? LiveSweep(folder) : nil
    defer { report?.finish() }
    var work = Work(waiting: open[...])
    while true {
      while work.locks.count < jobs, work.mayStart, let index = work.waiting.popFirst() {
        do {
          guard let lock = try claim(index, &folder, &work, report) else { continue }
          let run = RunProcess(
            slot: folder.slot(index),
            threads: folder.runs[index].recipe.threads == nil ? threads : nil, plugins: code)
          try folder.writeRecipe(index)
          let process = try run.process(isResumed: run.slot.makeRoom()) {
            ended.add(Ended(index: index, ending: $0))
          }
          try processes.start(process)
          report?.begin(index, folder: run.slot.folder)
          work.locks[index] = lock
        } catch {
          work.trouble = error
        }
      }
      let isWaiting = waits && work.trouble == nil && !work.elsewhere.isEmpty
      guard !work.locks.isEmpty || isWaiting else { break }
      let last = ended.next(within: isWaiting ? Self.pause : nil)
      processes.passUnlessEnding()
      if let last {
        do {
          try note(last, &folder, report)
        } catch {
          work.trouble = work.trouble ?? error
        }
        work.locks.removeValue(forKey: last.index)?.release()
      }
      if isWaiting { (work.waiting, work.elsewhere) = (work.waiting + work.elsewhere, []) }
    }
    if let trouble = work.trouble { throw trouble }
    return work.elsewhere
  }

  /// Claims a run, unless another sweep trains it or has done so meanwhile.
  ///
  /// - Returns: the lock; nil when there is nothing to do.
  private func claim(
    _ index: Int, _ folder: inout SweepFolder, _ work: inout Work, _ report: LiveSweep?
  ) throws -> FolderLock? {
    let slot = folder.slot(index)
    if !slot.isFinished {
      switch try slot.claim() {
      case .held(let holder):
        work.elsewhere.append(index)
        if work.seen.insert(index).inserted, !isQuiet {
          let wait = waits ? ": waiting until \(holder.end)" : ""
          Terminal.tell("\(title(index, folder)) is being trained by \(holder.name)\(wait)")
        }
        return nil
      case .taken(let lock):
        // What another tried since has failed, and would again.
        let hasFailed = work.seen.contains(index) && slot.failure != nil
        if !slot.isFinished, !hasFailed {
          if let note = lock.takeover { Terminal.complain("note: \(note)") }
          return lock
        }
        lock.release()
      }
    }
    folder.look(index)
    tell(index, folder, report)
    return nil
  }

  private func note(
    _ ended: Ended, _ folder: inout SweepFolder, _ report: LiveSweep?
  ) throws {
    if case .failed(let failure) = ended.ending { try folder.slot(ended.index).note(failure) }
    folder.look(ended.index)
    tell(ended.index, folder, report)
  }

  /// Says how a run ended.
  private func tell(_ index: Int, _ folder: SweepFolder, _ report: LiveSweep?) {
    let failure = folder.runs[index].entry.failure
    report?.end(index, failed: failure != nil)
    if let failure {
      Terminal.complain("\(title(index, folder)) failed: \(failure)")
    } else if !isQuiet {
      Terminal.tell("\(title(index, folder)) finished")
    }
  }

  private func title(_ index: Int, _ folder: SweepFolder) -> String {
    "\(index + 1)/\(folder.runs.count) \(folder.runs[index].entry.folder)"
  }

  /// Processes that ended, in that order; they end on threads of their own.
  private final class EndedProcesses: @unchecked Sendable {
    private let condition = NSCondition()
    private var ended: [Ended] = []

    func add(_ one: Ended) {
      condition.withLock { ended.append(one) }
      condition.signal()
    }

    /// Waits for one; nil when none came in so many seconds.
    func next(within seconds: Double?) -> Ended? {
      let deadline = seconds.map { Date() + $0 }
      return condition.withLock {
        while ended.isEmpty {
          guard let deadline else {
            condition.wait()
            continue
          }
          guard condition.wait(until: deadline) else { break }
        }
        return ended.isEmpty ? nil : ended.removeFirst()
      }
    }
  }
}
