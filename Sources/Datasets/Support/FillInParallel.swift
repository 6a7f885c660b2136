import PETL

/// Fills an array of `items` equal parts, several parts at a time on all cores.
///
/// `fill` gets the index of a part and the memory of that part alone, so that no two calls can touch
/// the same memory. It must initialise all of it, and must be safe to call from several threads.
///
/// - Parameters:
///   - items: the number of parts.
///   - length: the number of elements of a part.
///   - fill: writes one part.
/// - Returns: the parts one after the other.
func filledInParallel<Element: BitwiseCopyable>(
  items: Int, length: Int, _ fill: (Int, UnsafeMutableBufferPointer<Element>) -> Void
) -> [Element] {
  unsafe [Element](unsafeUninitializedCapacity: items * length) { buffer, count in
    forEachInParallel(items) { item in
      let part = unsafe buffer[item * length..<(item + 1) * length]
      unsafe fill(item, UnsafeMutableBufferPointer(rebasing: part))
    }
    count = items * length
  }
}

/// Calls `body` with 0..<`items`, in any order, on all workers; returns when all calls have.
///
/// `body` must be safe to call from several threads.
func forEachInParallel(_ items: Int, _ body: (Int) -> Void) {
  Workers.split(items) { range in
    for item in range { body(item) }
  }
}
