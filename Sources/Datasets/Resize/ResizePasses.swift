import CImages
import PETL

// The two passes of Pillow's 8-bit resize: the loops are in C (Sources/CImages/resize.c).

extension FixedPointWeights {
  /// Resizes rows: [rows, inputs, channels] to [rows, outputs, channels].
  func resizeRows(
    _ source: UnsafeBufferPointer<UInt8>, rows: Int, inputs count: Int, channels: Int,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    require(
      source.count == rows * count * channels,
      "\(source.count) bytes are not [\(rows), \(count), \(channels)].")
    require(
      target.count == rows * first.count * channels,
      "\(target.count) bytes are not [\(rows), \(first.count), \(channels)].")
    require(
      inputs.lowerBound >= 0 && inputs.upperBound <= count,
      "Inputs \(inputs) are not inside 0 ..< \(count).")
    // Safe: the windows lie within 0..<count, as was just checked, and the room is as asked for.
    guard let input = source.baseAddress, let output = target.baseAddress else { return }
    let bytes = petl_resize_room(count, first.count, channels)
    unsafe withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { room in
      guard let room = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      unsafe withWeights {
        unsafe petl_resize_rows($0, input, rows, count, channels, room, output)
      }
    }
  }

  /// Resizes columns: [inputs, length] to [outputs, length]; the first `skipped` inputs are not there.
  func resizeColumns(
    _ source: UnsafeBufferPointer<UInt8>, length: Int, skipping skipped: Int = 0,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    require(
      target.count == first.count * length,
      "\(target.count) bytes are not [\(first.count), \(length)].")
    require(
      source.count.isMultiple(of: length), "\(source.count) bytes are no rows of \(length).")
    require(skipped <= inputs.lowerBound, "Row \(inputs.lowerBound) is wanted and was skipped.")
    require(
      inputs.upperBound - skipped <= source.count / length,
      "Row \(inputs.upperBound) is wanted, of \(source.count / length) after \(skipped) skipped.")
    // Safe: the windows lie within the rows of `source`, as was just checked.
    guard let input = source.baseAddress, let output = target.baseAddress else { return }
    unsafe withWeights {
      unsafe petl_resize_columns($0, input, length, skipped, output)
    }
  }

  private func withWeights(_ body: (petl_resize_weights) -> Void) {
    unsafe first.withUnsafeBufferPointer { first in
      unsafe taps.withUnsafeBufferPointer { taps in
        unsafe weights.withUnsafeBufferPointer { weights in
          unsafe body(
            petl_resize_weights(
              outputs: first.count, first: first.baseAddress, taps: taps.baseAddress,
              weights: weights.baseAddress, stride: stride))
        }
      }
    }
  }
}
