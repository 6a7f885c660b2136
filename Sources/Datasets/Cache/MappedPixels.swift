import CProcess
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// With PixelSpace.swift, the only file of the module with system calls on memory.

/// Pixels in a file of the cache, mapped and only read.
///
/// The file is never changed in place, only replaced or removed, so that what is mapped stays. Without a
/// cache, the mapping is of no file.
public final class MappedPixels: Sendable {
  /// The base is read only and never unmapped before `deinit`, hence safe to share.
  @safe private struct Mapping: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let length: Int
    /// The number that `petl_mapping_note` gave.
    let note: Int32
  }

  let layout: PixelLayout
  private let mapping: Mapping

  /// Maps a file that `PixelFileWriter` wrote.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be mapped or is shorter than its layout.
  init(path: String, layout: PixelLayout) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemError("cannot open", path) }
    defer { _ = closing(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, Int(status.st_size) >= layout.bytes else {
      throw DiagnosticError("\(path): the file of pixels is too short")
    }
    guard layout.bytes > 0,
      let base = unsafe mmap(nil, layout.bytes, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe base != MAP_FAILED
    else { throw systemError("cannot map", path) }
    self.layout = layout
    let note = unsafe petl_mapping_note(base, layout.bytes, path)
    mapping = unsafe Mapping(base: base, length: layout.bytes, note: note)
  }

  /// Takes over a mapping that nobody writes to any more.
  init(owning base: UnsafeMutableRawPointer, length: Int, layout: PixelLayout) {
    require(layout.bytes <= length, "The mapping is too short.")
    self.layout = layout
    mapping = unsafe Mapping(base: base, length: length, note: -1)
  }

  deinit {
    petl_mapping_forget(mapping.note)
    unsafe munmap(mapping.base, mapping.length)
  }

  /// Gives the file that is mapped the time of now; a link in its place is left alone.
  func touch(_ path: String) {
    _ = unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
  }

  func withView<Result>(_ body: (PixelStore.View) throws -> Result) rethrows -> Result {
    // Safe: the mapping starts at a page and holds all samples of the layout.
    if layout.isFloat {
      let floats = unsafe mapping.base.assumingMemoryBound(to: Float.self)
      return try body(unsafe .floats(.init(start: floats, count: layout.samples)))
    }
    let bytes = unsafe mapping.base.assumingMemoryBound(to: UInt8.self)
    return try body(unsafe .bytes(.init(start: bytes, count: layout.samples)))
  }
}

/// Closes a file; beside classes with a method of that name.
func closing(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// The error of a system call: what failed, on which path, and the system's reason.
func systemError(
  _ verb: String, _ path: String, code: Int32 = errno
) -> DiagnosticError {
  DiagnosticError("\(verb) \(path): \(unsafe String(cString: strerror(code)))")
}
