import Dispatch
import Foundation
import Studies
import Synchronization
import Training

/// Shows a sweep on a terminal while it goes on; of the runs, it reads what they log.
final class LiveSweep: Sendable {
  private struct State: Sendable {
    var view: SweepView
    var tails: [Int: MetricsTail] = [:]
    var isRead = 0.0

    /// Reads what the runs have logged, once a second.
    mutating func read(at now: Double) {
      guard now - isRead >= 1 else { return }
      isRead = now
      for index in tails.keys {
        guard let found = tails[index]?.next() else { continue }
        if found.isAnew { view.forget(index) }
        for record in found.records { view.log(record, of: index, at: now) }
      }
    }
  }

  private final class Shared: Sendable {
    let state: Mutex<State>

    init(_ state: State) { self.state = Mutex(state) }
  }

  private let shared: Shared
  private let display: LiveDisplay

  init(_ folder: SweepFolder) {
    let runs = folder.runs.map { run in
      SweepView.Run(
        name: run.entry.folder, stages: run.recipe.plannedStages,
        state: run.isFinished ? .finished : .waiting)
    }
    let shared = Shared(State(view: SweepView(runs, Terminal.glyphs, at: Self.now)))
    self.shared = shared
    display = LiveDisplay { size in
      let now = Self.now
      return shared.state.withLock { state in
        state.read(at: now)
        return state.view
      }.lines(size, at: now)
    }
  }

  /// A run was started in a folder of its own.
  func begin(_ index: Int, folder: String) {
    var tail = MetricsTail(folder + "/metrics.jsonl")
    let logged = tail.next().records
    shared.state.withLock {
      $0.view.begin(index, logged: logged)
      $0.tails[index] = tail
    }
  }

  /// A run has ended.
  func end(_ index: Int, failed: Bool) {
    shared.state.withLock {
      $0.view.end(index, failed: failed, at: Self.now)
      $0.tails[index] = nil
    }
  }

  /// All runs have ended.
  func finish() { display.close() }

  /// Seconds on a clock that never goes back.
  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
}
