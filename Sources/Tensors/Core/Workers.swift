import CKernels

/// The threads that share the work of every operation.
public enum Workers {
  /// How many threads share the work, the calling one included: 1 … 256, at first one a CPU.
  ///
  /// The same seed and the same count give the same bytes.
  public static var count: Int {
    get { Int(petl_workers_count()) }
    set { petl_workers_set_count(Int32(clamping: newValue)) }
  }

  /// Splits `0 ..< count` into at most one range a thread, each of at least `grain`, and runs `body`
  /// on all of them at once.
  ///
  /// - Parameters:
  ///   - count: how many items there are.
  ///   - grain: the fewest items that are worth a thread.
  ///   - multiple: the ranges start at multiples of this.
  ///   - function: whose work it is, for a `Profile`.
  ///   - file: where that function stands.
  ///   - body: the work on one range; it may run on another thread.
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
  ///   - body: one task; it may run on another thread.
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
