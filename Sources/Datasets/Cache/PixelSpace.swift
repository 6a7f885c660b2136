import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Room for the pixels of many images: memory, or a new file that takes its final name when all of
/// it is written.
@safe final class PixelSpace {
  let layout: PixelLayout
  private let base: UnsafeMutableRawPointer
  private let file: (descriptor: Int32, temporary: String)?
  private var isHandedOver = false

  /// Makes room in memory.
  ///
  /// - Throws: `DiagnosticError` when there is not as much.
  init(inMemory layout: PixelLayout) throws {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard
      let base = unsafe mmap(
        nil, max(1, layout.bytes), PROT_READ | PROT_WRITE, flags, -1, 0),
      unsafe base != MAP_FAILED
    else { throw systemError("cannot reserve memory for", "\(layout.count) images") }
    self.layout = layout
    file = nil
    unsafe self.base = base
  }

  /// Makes room in a new file, all of it reserved on the disk.
  ///
  /// - Throws: `DiagnosticError` with the system's reason.
  init(creating temporary: String, _ layout: PixelLayout) throws {
    let descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw systemError("cannot create", temporary) }
    let code = posix_fallocate(descriptor, 0, off_t(max(1, layout.bytes)))
    let flags = PROT_READ | PROT_WRITE
    guard code == 0,
      let base = unsafe mmap(nil, max(1, layout.bytes), flags, MAP_SHARED, descriptor, 0),
      unsafe base != MAP_FAILED
    else {
      let error = systemError("cannot write", temporary, code: code == 0 ? errno : code)
      _ = closing(descriptor)
      _ = unsafe unlink(temporary)
      throw error
    }
    self.layout = layout
    file = (descriptor, temporary)
    unsafe self.base = base
  }

  deinit {
    if !isHandedOver { unsafe munmap(base, max(1, layout.bytes)) }
    guard let file else { return }
    _ = closing(file.descriptor)
    // Gone already when it took its final name.
    _ = unsafe unlink(file.temporary)
  }

  /// The bytes of image `index`, to be written by one thread.
  func bytes(ofImage index: Int) -> UnsafeMutableBufferPointer<UInt8> {
    require(!layout.isFloat && index < layout.count, "There is no such image of bytes.")
    let size = layout.samplesPerImage
    let start = unsafe (base + index * size).assumingMemoryBound(to: UInt8.self)
    return unsafe UnsafeMutableBufferPointer(start: start, count: size)
  }

  /// The numbers of image `index`, to be written by one thread.
  func floats(ofImage index: Int) -> UnsafeMutableBufferPointer<Float> {
    require(layout.isFloat && index < layout.count, "There is no such image of floats.")
    let size = layout.samplesPerImage
    let start = unsafe (base + index * size * 4).assumingMemoryBound(to: Float.self)
    return unsafe UnsafeMutableBufferPointer(start: start, count: size)
  }

  /// The bytes of all images.
  var contents: [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: layout.bytes))
  }

  /// Writes images, one after the other.
  ///
  /// - Parameters:
  ///   - bytes: of whole images.
  ///   - first: the index of the first of them.
  func write(_ bytes: [UInt8], fromImage first: Int) {
    let start = first * layout.bytesPerImage
    require(first >= 0 && bytes.count <= layout.bytes - start, "The images do not fit.")
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe (base + start).copyMemory(from: source, byteCount: bytes.count)
    }
  }

  /// Moves the images that are kept together.
  ///
  /// - Parameter kept: their indices, in ascending order.
  func compact(_ kept: [Int]) {
    let size = layout.bytesPerImage
    for (slot, index) in kept.enumerated() where slot != index {
      require(slot < index && index < layout.count, "The indices do not ascend.")
      unsafe (base + slot * size).copyMemory(from: base + index * size, byteCount: size)
    }
  }

  /// The first images, from now on read only.
  func handOver(_ count: Int) -> MappedPixels {
    require(file == nil && !isHandedOver, "This room is in a file, or was handed over.")
    isHandedOver = true
    return unsafe MappedPixels(
      owning: base, length: max(1, layout.bytes),
      layout: PixelLayout(count: count, side: layout.side, isFloat: layout.isFloat))
  }

  /// Puts a text behind the first images, waits for the disk and gives the file its final name.
  ///
  /// - Throws: `DiagnosticError` with the system's reason; the file is then gone.
  func finish(count: Int, footer: [UInt8], as path: String) throws {
    guard let file else { stopProgram("This room is not in a file.") }
    let end = count * layout.bytesPerImage
    var written = -1
    unsafe footer.withUnsafeBytes { footer in
      written = unsafe pwrite(file.descriptor, footer.baseAddress, footer.count, off_t(end))
    }
    guard written == footer.count, ftruncate(file.descriptor, off_t(end + footer.count)) == 0,
      fsync(file.descriptor) == 0, unsafe rename(file.temporary, path) == 0
    else { throw systemError("cannot write", path) }
  }
}
