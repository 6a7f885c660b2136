extension [Float] {
  /// The bytes of the numbers, in this machine's order.
  package var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}

extension Float {
  /// Numbers of bytes that `bytes` gave; what does not fill a number is left out.
  package static func array(ofBytes bytes: ArraySlice<UInt8>) -> [Float] {
    let count = bytes.count / MemoryLayout<Float>.size
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(
        from: bytes.prefix(count * MemoryLayout<Float>.size))
      initialized = count
    }
  }
}
