import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the time of a stretch of work goes, by kernel.
///
/// Off unless `recording` runs; then each outermost use of `Workers` on its thread is timed. Results
/// do not depend on it.
package enum Profile {
  /// What was recorded of one kernel.
  package struct Record: Sendable, Hashable {
    /// The kernel: `layerNorm`, or with the type where it is not one of `Kernels`:
    /// `PackedMatrix.multiply`.
    package let name: String
    /// How often it ran.
    package internal(set) var calls = 0
    /// How many of the calls were split between threads.
    package internal(set) var sharedCalls = 0
    /// Seconds from the beginning to the end of the calls, summed.
    package internal(set) var seconds = 0.0
    /// Seconds that threads were at work in the calls, summed over threads.
    package internal(set) var busySeconds = 0.0

    /// The records of several recordings as of one, the longest first.
    package static func merged(_ records: [Record]) -> [Record] {
      var sums: [String: Record] = [:]
      for record in records {
        var sum = sums[record.name] ?? Record(name: record.name)
        sum.calls += record.calls
        sum.sharedCalls += record.sharedCalls
        sum.seconds += record.seconds
        sum.busySeconds += record.busySeconds
        sums[record.name] = sum
      }
      return sums.values.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
    }
  }

  private struct State {
    let thread: pthread_t
    var isInside = false
    var records: [String: Record] = [:]
  }

  private static let isRecording = Atomic<Bool>(false)
  private static let state = Mutex<State?>(nil)

  /// Whether somebody records now; read at each use of `Workers`.
  static var isOn: Bool { isRecording.load(ordering: .relaxed) }

  /// Runs `body` and records the kernels that this thread runs in it.
  ///
  /// - Parameter body: the work; one recording at a time in a process.
  /// - Returns: the body's result, and the records with the longest first.
  package static func recording<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, records: [Record]) {
    state.withLock { state in
      require(state == nil, "Kernels are being recorded already.")
      state = State(thread: pthread_self())
    }
    isRecording.store(true, ordering: .relaxed)
    defer { stop() }
    let result = try body()
    return (result, stop())
  }

  /// Ends the recording.
  @discardableResult private static func stop() -> [Record] {
    isRecording.store(false, ordering: .relaxed)
    let records = state.withLock { state in
      defer { state = nil }
      return state.map { Array($0.records.values) } ?? []
    }
    return Record.merged(records)
  }

  /// Runs the tasks and records them, unless they are part of a recorded call or another thread's.
  static func measure(
    _ function: StaticString, _ file: StaticString, tasks: Int, _ body: (Int) -> Void
  ) {
    guard enter() else { return Workers.perform(tasks, body) }
    let clock = ContinuousClock()
    let busy = Atomic<Int>(0)
    let time = clock.measure {
      Workers.perform(tasks) { index in
        let own = clock.measure { body(index) }
        busy.add(Int(own / .nanoseconds(1)), ordering: .relaxed)
      }
    }
    let isShared = tasks > 1 && Workers.count > 1
    let name = readableName(function, file)
    state.withLock { state in
      state?.isInside = false
      var record = state?.records[name] ?? Record(name: name)
      record.calls += 1
      record.sharedCalls += isShared ? 1 : 0
      record.seconds += time / .seconds(1)
      record.busySeconds += Double(busy.load(ordering: .relaxed)) / 1e9
      state?.records[name] = record
    }
  }

  /// Whether a call that begins now is an outermost one of the thread that records.
  private static func enter() -> Bool {
    state.withLock { state in
      guard let now = state, !now.isInside, pthread_equal(now.thread, pthread_self()) != 0 else {
        return false
      }
      state?.isInside = true
      return true
    }
  }

  /// `layerNorm` of `layerNorm(_:into:)` in `Tensors/Kernels+Rows.swift`; elsewhere with the file.
  static func readableName(_ function: StaticString, _ file: StaticString) -> String {
    let name = "\(function)".prefix { $0 != "(" }
    let type = "\(file)".split(separator: "/").last?.prefix { $0 != "+" && $0 != "." } ?? ""
    return type == "Kernels" ? String(name) : "\(type).\(name)"
  }
}
