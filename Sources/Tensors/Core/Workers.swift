import CKernels

/// The threads that share the work of every operation.
///
/// How many there are is the program's choice, by default one a CPU; a plugin only hands them work. What
/// it computes must not depend on which thread does what: the same seed and number of threads give the
/// same bytes.
public enum Workers {
  /// How many threads share the work, the calling one included: 1 … 256, one a CPU unless `with` says
  /// otherwise.
  ///
  /// The same seed and the same count give the same bytes.
  package static var count: Int { Int(petl_workers_count()) }

  /// Runs `body` with a number of threads, and leaves what was in force before, also when it throws.
  ///
  /// The count is that of what the calling thread does: others, which may train at the same time, have
  /// theirs.
  ///
  /// - Parameters:
  ///   - count: how many threads, taken to the nearest of 1 … 256; nil leaves the count as it is.
  ///   - body: the work.
  /// - Returns: what `body` gives.
  /// - Throws: what `body` throws.
  package static func with<Result>(
    count: Int?, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let count else { return try body() }
    let before = petl_workers_scope(Int32(clamping: max(1, count)))
    defer { _ = petl_workers_scope(before) }
    return try body()
  }

  static func set(_ count: Int) { petl_workers_set_count(Int32(clamping: count)) }

  /// Splits `0 ..< count` into at most one range a thread, each of at least `grain`, and runs `body`
  /// on all of them at once.
  ///
  /// - Parameters:
  ///   - count: how many items there are.
  ///   - grain: the fewest items that are worth a thread.
  ///   - multiple: the ranges start at multiples of this.
  ///   - function: whose work it is, for a `Profile`.
  ///   - file: where that function stands.
  ///   - body: the work on one range; it may run on another thread, so it writes to nothing that another
  ///     range reads or writes.
  public static func split(
    _ count: Int, grain: Int = 1, multiple: Int = 1, function: StaticString = #function,
    file: StaticString = #fileID, _ body: (Range<Int>) -> Void
  ) {
    guard count > 0 else { return }
    let parts = min(Workers.count, max(1, count / max(1, grain)))
    if parts == 1 { return run(1, function: function, file: file) { _ in body(0..<count) } }
    let length = ((count + parts - 1) / parts + multiple - 1) / multiple * multiple
    let ranges = (count + length - 1) / length
    run(ranges, function: function, file: file) { index in
      body(index * length..<min(count, (index + 1) * length))
    }
  }

  /// Runs `body(0)` … `body(count - 1)`, several at once.
  ///
  /// - Parameters:
  ///   - count: how many tasks there are.
  ///   - function: whose work it is, for a `Profile`.
  ///   - file: where that function stands.
  ///   - body: one task; it may run on another thread, so it writes to nothing that another task reads or
  ///     writes.
  public static func run(
    _ count: Int, function: StaticString = #function, file: StaticString = #fileID,
    _ body: (Int) -> Void
  ) {
    if Profile.isOn { return Profile.measure(function, file, tasks: count, body) }
    perform(count, body)
  }

  /// Runs the tasks, not recorded.
  static func perform(_ count: Int, _ body: (Int) -> Void) {
    if count == 1 { return body(0) }
    // Safe: the pool runs the closure only until petl_workers_run returns.
    withoutActuallyEscaping(body) { body in
      var task = body
      unsafe withUnsafeMutablePointer(to: &task) { pointer in
        unsafe petl_workers_run(
          count,
          { context, index in
            let task = unsafe context.assumingMemoryBound(to: ((Int) -> Void).self)
            unsafe task.pointee(index)
          }, pointer)
      }
    }
  }
}
