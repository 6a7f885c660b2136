import CZlib

/// The two calls of zlib that zip archives need.
enum Zlib {
  /// How many compressed bytes are handed over at once.
  private static let chunk = 1 << 18

  /// The CRC-32 of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  /// The first `count` bytes that the raw deflate stream at `range` gives.
  ///
  /// - Parameters:
  ///   - store: The file.
  ///   - range: The stream, within the file.
  ///   - count: How many bytes to make.
  ///   - isWhole: Whether the stream must end after them, and `range` with it.
  /// - Returns: Exactly `count` bytes, or nil if the stream is broken or has another length.
  static func inflated(
    _ store: ByteStore, _ range: Range<Int>, count: Int, isWhole: Bool
  ) -> [UInt8]? {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { _ = unsafe inflateEnd(&stream) }
    var produced = 0
    var position = range.lowerBound
    var code = Z_OK
    // One byte more than asked for shows a stream that is too long.
    let capacity = count + (isWhole ? 1 : 0)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      while code == Z_OK, position < range.upperBound, produced < capacity {
        var input = store.values(
          position..<min(position + chunk, range.upperBound), as: UInt8.self)
        let given = input.count
        let room = min(capacity - produced, 1 << 30)
        unsafe input.withUnsafeMutableBufferPointer { source in
          unsafe stream.next_in = source.baseAddress
          unsafe stream.avail_in = UInt32(given)
          unsafe stream.next_out = buffer.baseAddress?.advanced(by: produced)
          unsafe stream.avail_out = UInt32(room)
          code = unsafe inflate(&stream, Z_NO_FLUSH)
          position += unsafe given - Int(stream.avail_in)
          produced += unsafe room - Int(stream.avail_out)
        }
      }
      initialized = produced
    }
    if isWhole {
      return code == Z_STREAM_END && position == range.upperBound && produced == count
        ? bytes : nil
    }
    return produced == count && (code == Z_OK || code == Z_STREAM_END) ? bytes : nil
  }
}
