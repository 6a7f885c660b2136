import CImages
import PETL

// The only file of the module that writes by the image libraries.

extension DecodedImage {
  /// The picture as a PNG file.
  ///
  /// - Returns: all of its bytes.
  /// - Throws: `DiagnosticError` when the library refuses to write it.
  public func png() throws -> [UInt8] {
    let sides = (Int32(clamping: height), Int32(clamping: width), Int32(clamping: channels))
    // Safe: the pixels are as many as the size says, and no more is written than there is room for.
    let file = unsafe pixels.withUnsafeBufferPointer { source in
      let room = petl_png_room(sides.0, sides.1, sides.2)
      return unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
        guard let first = source.baseAddress, let base = target.baseAddress else { return }
        count = unsafe petl_png_write(first, sides.0, sides.1, sides.2, base, room)
      }
    }
    guard !file.isEmpty else {
      throw DiagnosticError("an image of \(height)×\(width) pixels cannot be written as PNG")
    }
    return file
  }
}
