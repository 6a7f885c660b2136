import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory that tensors have given back, kept by size so that a training step, once warm, asks the
/// system for nothing.
package enum BufferPool {
  /// What the pool has done so far.
  package struct Statistics: Sendable, Hashable {
    /// How many buffers were asked of the system.
    package var systemAllocations = 0
    /// The bytes of all buffers, in use or kept.
    package var bytesOwned = 0
    /// The bytes of the buffers that tensors hold now.
    package var bytesInUse = 0
    /// The largest `bytesInUse` so far.
    package var peakBytesInUse = 0
  }

  private struct State {
    /// Addresses of free buffers by capacity in floats.
    var free: [Int: [UInt]] = [:]
    var statistics = Statistics()
  }

  private static let state = Mutex(State())

  /// What the pool has done so far.
  package static var statistics: Statistics { state.withLock { $0.statistics } }

  /// Starts the measurement of `peakBytesInUse` anew.
  package static func resetPeak() {
    state.withLock { $0.statistics.peakBytesInUse = $0.statistics.bytesInUse }
  }

  /// Returns every buffer that no tensor holds to the system, and what else the program has freed.
  package static func trim() {
    state.withLock { state in
      for (capacity, addresses) in state.free {
        for address in addresses { unsafe free(UnsafeMutableRawPointer(bitPattern: address)) }
        state.statistics.bytesOwned -= addresses.count * capacity * 4
      }
      state.free.removeAll()
    }
    petl_release_freed_memory()
  }

  /// The capacity of the buffer that serves `count` floats: at most an eighth is wasted above 1024,
  /// a sixty-fourth above 2^18.
  static func capacity(for count: Int) -> Int {
    let least = max(16, count)
    let log = Int.bitWidth - 1 - least.leadingZeroBitCount
    let step = least <= 1024 ? (1 << log) : 1 << (log - (log < 18 ? 3 : 6))
    return (least + step - 1) / step * step
  }

  static func take(capacity: Int) -> UnsafeMutablePointer<Float> {
    let address = state.withLock { state -> UInt in
      state.statistics.bytesInUse += capacity * 4
      state.statistics.peakBytesInUse = max(
        state.statistics.peakBytesInUse, state.statistics.bytesInUse)
      if let kept = state.free[capacity]?.popLast() { return kept }
      state.statistics.systemAllocations += 1
      state.statistics.bytesOwned += capacity * 4
      return allocate(bytes: capacity * 4)
    }
    guard let pointer = unsafe UnsafeMutablePointer<Float>(bitPattern: address) else {
      stopProgram("The system has no memory left for a tensor of \(capacity) floats.")
    }
    return unsafe pointer
  }

  static func give(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
    let address = UInt(bitPattern: pointer)
    state.withLock { state in
      state.statistics.bytesInUse -= capacity * 4
      state.free[capacity, default: []].append(address)
    }
  }

  /// Aligned to a cache line, and to a huge page where that pays.
  private static func allocate(bytes: Int) -> UInt {
    let hugePage = 2 << 20
    let isLarge = bytes >= 2 * hugePage
    var pointer: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&pointer, isLarge ? hugePage : 64, bytes) == 0 else { return 0 }
    if isLarge { unsafe madvise(pointer, bytes, 14 /* MADV_HUGEPAGE */) }
    return UInt(bitPattern: pointer)
  }
}
