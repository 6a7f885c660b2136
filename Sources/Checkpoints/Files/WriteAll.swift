#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes all of some bytes, however little the system takes at a time.
///
/// - Parameters:
///   - bytes: what is written.
///   - descriptor: an open file, pipe or terminal; one that does not wait is waited for.
/// - Returns: the system's error number; 0 when all were written.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  unsafe bytes.withUnsafeBytes { buffer in
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
      let written = unsafe write(descriptor, rest.baseAddress, rest.count)
      if written > 0 {
        done += written
      } else if written < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, 1000)
      } else if written == 0 || errno != EINTR {
        return written == 0 ? EIO : errno
      }
    }
    return 0
  }
}

/// What the system has to say of an output when it is closed, without closing it.
///
/// - Returns: its error number; nil when there is none.
public func closingError(of descriptor: Int32) -> Int32? {
  let copy = dup(descriptor)
  guard copy >= 0 else { return nil }
  return close(copy) == 0 || errno == EINTR ? nil : errno
}
