import CZlib
import PETL

/// All bytes that a gzip file holds.
///
/// - Parameters:
///   - path: of one gzip member.
///   - limit: the most bytes, packed and unpacked, each.
/// - Returns: the unpacked bytes.
/// - Throws: `DiagnosticError` if the file cannot be read, is no gzip, is damaged or larger than `limit`.
public func readGzipFile(_ path: String, limit: Int) throws -> [UInt8] {
  var packed = try readFile(path, limit: limit)
  var stream = unsafe z_stream()
  let size = unsafe Int32(MemoryLayout<z_stream>.size)
  // 16 more than the window asks for gzip's header and checksum.
  guard unsafe inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, size) == Z_OK else {
    throw DiagnosticError("\(path): zlib cannot be used")
  }
  defer { _ = unsafe inflateEnd(&stream) }
  let (count, chunk) = (packed.count, 1 << 20)
  var bytes: [UInt8] = []
  var code = Z_OK
  unsafe packed.withUnsafeMutableBufferPointer { source in
    unsafe stream.next_in = source.baseAddress
    unsafe stream.avail_in = UInt32(clamping: count)
    while code == Z_OK, bytes.count <= limit {
      bytes += unsafe [UInt8](unsafeUninitializedCapacity: chunk) { target, produced in
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(chunk)
        code = unsafe inflate(&stream, Z_NO_FLUSH)
        produced = unsafe chunk - Int(stream.avail_out)
      }
    }
  }
  guard bytes.count <= limit else {
    throw DiagnosticError(
      "\(path): unpacks to more than \(limit) bytes, the most that is read here")
  }
  guard code == Z_STREAM_END, unsafe stream.avail_in == 0 else {
    throw DiagnosticError("\(path): not a whole gzip file")
  }
  return bytes
}
