#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Rows of floats outside of the pool of buffers, written once and read many times: in memory, or in
/// a file without a name that is gone with the store.
@safe
package final class RowStore {
  /// Where the rows are.
  package enum Place: Sendable, Hashable {
    /// In memory.
    case memory
    /// In a file of this folder, mapped; its room on the disk is reserved at once.
    case file(folder: String)
  }

  /// How many rows there are.
  package let count: Int
  /// The floats of a row.
  package let width: Int
  private let base: UnsafeMutablePointer<Float>
  private var isWritten: [Bool]

  /// Makes a store of rows that are all missing; nil when the system has no room for them or the
  /// folder cannot be written to.
  ///
  /// - Parameters:
  ///   - count: how many rows, at least one.
  ///   - width: the floats of a row, at least one.
  ///   - place: where they are.
  package init?(count: Int, width: Int, place: Place) {
    require(count > 0 && width > 0, "\(count) rows of \(width) floats are nothing to store.")
    let bytes = count * width * MemoryLayout<Float>.stride
    guard let mapped = unsafe Self.map(bytes, place) else { return nil }
    unsafe base = mapped.bindMemory(to: Float.self, capacity: count * width)
    (self.count, self.width) = (count, width)
    isWritten = Array(repeating: false, count: count)
  }

  deinit { unsafe munmap(base, count * width * MemoryLayout<Float>.stride) }

  private static func map(_ bytes: Int, _ place: Place) -> UnsafeMutableRawPointer? {
    var file: Int32 = -1
    var flags = MAP_PRIVATE | Int32(MAP_ANONYMOUS)
    if case .file(let folder) = place {
      var template = Array("\(folder)/petl-rows-XXXXXX".utf8CString)
      file = unsafe mkstemp(&template)
      guard file >= 0 else { return nil }
      unsafe unlink(template)
      guard posix_fallocate(file, 0, bytes) == 0 else {
        close(file)
        return nil
      }
      flags = MAP_SHARED
    }
    // The mapping holds the file open.
    defer { if file >= 0 { close(file) } }
    let base = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, file, 0)
    return unsafe base == MAP_FAILED ? nil : base
  }

  /// The rows among these that were not written yet, in the given order.
  package func missing(_ rows: [Int]) -> [Int] { rows.filter { !isWritten[$0] } }

  /// Writes rows.
  ///
  /// - Parameters:
  ///   - x: [rows.count, …] with `width` floats a row.
  ///   - rows: where each belongs.
  package func write(_ x: Tensor, at rows: [Int]) {
    require(x.count == rows.count * width, "\(x.shape) is not \(rows.count) rows of \(width).")
    unsafe forEach(rows) { slot, row in
      unsafe row.update(from: x.pointer + slot * width, count: width)
    }
    for row in rows { isWritten[row] = true }
  }

  /// A copy of rows that were written, in the given order.
  ///
  /// - Parameters:
  ///   - rows: which.
  ///   - shape: of one row; its product is `width`.
  /// - Returns: [rows.count] + shape.
  package func read(_ rows: [Int], shape: [Int]) -> Tensor {
    require(shape.reduce(1, *) == width, "A row of \(width) floats is not \(shape).")
    require(missing(rows).isEmpty, "A row that was not written cannot be read.")
    let y = Tensor(uninitialized: [rows.count] + shape)
    unsafe forEach(rows) { slot, row in
      unsafe (y.pointer + slot * width).update(from: row, count: width)
    }
    return y
  }

  private func forEach(_ rows: [Int], _ body: (_ slot: Int, UnsafeMutablePointer<Float>) -> Void) {
    require(
      rows.allSatisfy { (0..<count).contains($0) }, "A row of \(rows) is not in 0..<\(count).")
    Workers.split(rows.count, grain: max(1, (1 << 15) / width)) { range in
      for slot in range { unsafe body(slot, base + rows[slot] * width) }
    }
  }
}
