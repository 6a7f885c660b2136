import Foundation
import PETL
import Testing

@testable import Checkpoints

/// The bytes of a safetensors file with this header, as it is, and a buffer of zeros.
func safetensors(_ header: String, buffer: Int = 0) -> [UInt8] {
  safetensors(header: Array(header.utf8), buffer: buffer)
}

/// The bytes of a safetensors file with this header, as it is, and a buffer of zeros.
func safetensors(header: [UInt8], buffer: Int = 0) -> [UInt8] {
  ByteStore.bytes(of: [UInt64(header.count)]) + header + [UInt8](repeating: 0, count: buffer)
}

/// Writes text or bytes to a file.
func put(_ text: String, _ path: String) throws {
  try writeAtomically(Array(text.utf8), to: path)
}
