import CProcess
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

#if !_endian(little)
  #error("safetensors is little-endian and this reader copies its bytes as they are")
#endif

/// The bytes of a file, mapped read only, or of an array.
///
/// This is the only place of the module with pointers of its own; the other `unsafe` marks are the
/// system calls of this folder. A mapped file must not be cut short by another process while it is open: the
/// system answers that with SIGBUS, of which a program can make a sentence (`petl_explain_lost_mappings`).
final class ByteStore: Sendable {
  @safe private enum Storage: @unchecked Sendable {
    case array([UInt8])
    /// Read only and never unmapped before `deinit`, hence safe to share.
    case mapping(UnsafeMutableRawPointer, note: Int32)
  }

  private let storage: Storage
  /// The number of bytes.
  let count: Int

  /// Keeps `bytes`.
  init(bytes: [UInt8]) {
    storage = .array(bytes)
    count = bytes.count
  }

  /// Maps the regular file at `path`.
  ///
  /// - Throws: `DiagnosticError` if the file cannot be opened, is not a regular file, or cannot be
  ///   mapped.
  init(mapping path: String) throws {
    let file = try POSIXFile(reading: path)
    defer { file.close() }
    count = file.size
    guard count > 0 else {
      storage = .array([])
      return
    }
    guard
      let base = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0),
      unsafe base != MAP_FAILED
    else {
      throw fileError("cannot map", path, code: errno)
    }
    storage = unsafe .mapping(base, note: petl_mapping_note(base, count, path))
  }

  deinit {
    if case .mapping(let base, let note) = storage {
      petl_mapping_forget(note)
      unsafe munmap(base, count)
    }
  }

  /// A copy of the bytes at `range`, read as little-endian values of type `Value`.
  ///
  /// The caller has checked the range: it lies within the store and holds whole values.
  func values<Value: BitwiseCopyable>(_ range: Range<Int>, as type: Value.Type) -> [Value] {
    require(range.lowerBound >= 0 && range.upperBound <= count, "range outside the file")
    let stride = MemoryLayout<Value>.stride
    require(range.count % stride == 0, "the range holds a broken value")
    return unsafe withBytes { all in
      unsafe [Value](unsafeUninitializedCapacity: range.count / stride) { target, initialized in
        let source = unsafe UnsafeRawBufferPointer(rebasing: all[range])
        unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        initialized = range.count / stride
      }
    }
  }

  /// The bytes of `values` as they lie in memory, which is little-endian.
  static func bytes<Value: BitwiseCopyable>(of values: [Value]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch storage {
    case .array(let bytes): unsafe bytes.withUnsafeBytes(body)
    case .mapping(let base, _): unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }
  }
}
