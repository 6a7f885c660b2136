import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file, and the few system calls that this module needs on it.
struct POSIXFile {
  /// The path as the user gave it.
  let path: String
  /// The descriptor, open until `close()`.
  let descriptor: Int32
  /// The size when the file was opened.
  let size: Int

  /// Opens a regular file for reading.
  ///
  /// A pipe, a device and the like are refused without being opened: what is read here has an end, and is there.
  ///
  /// - Throws: `DiagnosticError` if it cannot be opened, or is a folder, a pipe, or another such thing.
  init(reading path: String) throws {
    try checkPath(path)
    if let kind = try? FileKind(at: path) { try kind.requireFile(path) }
    do {
      // O_NONBLOCK: it may have become a named pipe since, and nobody may write to that.
      try self.init(path, flags: O_RDONLY | O_CLOEXEC | O_NONBLOCK, verb: "cannot open")
    } catch let error as DiagnosticError {
      throw error.naming(nearestPath(to: path))
    }
    try requireRegular()
  }

  /// Creates a file that must not exist yet.
  ///
  /// - Throws: `DiagnosticError` if it cannot be created.
  init(creating path: String) throws {
    try self.init(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, verb: "cannot create")
  }

  /// Opens a file to be changed in place, and creates it unless it is there.
  ///
  /// No link is followed: what is written here must not land in a file elsewhere.
  ///
  /// - Throws: `DiagnosticError` if it cannot be opened, or is a link or no regular file.
  init(changing path: String) throws {
    try checkPath(path)
    let kind = try FileKind(at: path, followingLinks: false)
    try kind?.requireFile(path)
    let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    try self.init(path, flags: flags, verb: "cannot open")
    try requireRegular()
  }

  /// Opens what is at a path, whatever it is, to be written to as it stands; a pipe waits for a reader.
  ///
  /// - Throws: `DiagnosticError` if it cannot be opened.
  init(through path: String) throws {
    try self.init(path, flags: O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC, verb: "cannot open")
  }

  /// Opens a folder, so that it can be synchronised.
  ///
  /// - Throws: `DiagnosticError` if it cannot be opened.
  init(folder path: String) throws {
    try self.init(path, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC, verb: "cannot open the folder")
  }

  private init(_ path: String, flags: Int32, verb: String) throws {
    try checkPath(path)
    let descriptor = unsafe open(path, flags, 0o666)
    guard descriptor >= 0 else { throw fileError(verb, path, code: errno) }
    self.path = path
    self.descriptor = descriptor
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      _ = Self.closing(descriptor)
      throw fileError("cannot examine", path, code: code)
    }
    size = Int(status.st_size)
  }

  private func status() throws -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw fileError("cannot examine", path, code: errno)
    }
    return status
  }

  /// Closes the file and throws, unless it is a regular file.
  private func requireRegular() throws {
    do {
      try FileKind(try status().st_mode).requireFile(path)
    } catch {
      close()
      throw error
    }
  }

  /// Whether the file has another name, here or elsewhere.
  func hasOtherNames() throws -> Bool { try status().st_nlink > 1 }

  /// Reads up to `count` bytes from where the last read ended; none at the end of the file.
  ///
  /// - Throws: `DiagnosticError` if the system reports an error.
  func read(upTo count: Int) throws -> [UInt8] {
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      var got = -1
      repeat {
        got = unsafe systemRead(descriptor, buffer.baseAddress, count)
      } while got < 0 && errno == EINTR
      code = got < 0 ? errno : 0
      initialized = max(0, got)
    }
    guard code == 0 else { throw fileError("cannot read", path, code: code) }
    return bytes
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: `DiagnosticError` if the system reports an error.
  func write(_ bytes: [UInt8]) throws {
    let code = writeAll(bytes, to: descriptor)
    guard code == 0 else { throw fileError("cannot write", path, code: code) }
  }

  /// Waits until the contents are on the disk.
  ///
  /// - Throws: `DiagnosticError` if the system reports an error other than "not supported here".
  func synchronize() throws {
    guard fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP else { return }
    throw fileError("cannot synchronize", path, code: errno)
  }

  /// When the file was last changed, in seconds by the clock of whoever keeps it.
  func modified() throws -> Double {
    let status = try status()
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Closes the file.
  func close() {
    _ = Self.closing(descriptor)
  }

  private static func closing(_ descriptor: Int32) -> Int32 {
    systemClose(descriptor)
  }
}

private func systemRead(_ file: Int32, _ to: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
  unsafe read(file, to, count)
}

private func systemClose(_ file: Int32) -> Int32 {
  close(file)
}
