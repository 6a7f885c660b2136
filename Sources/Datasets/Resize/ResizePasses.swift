// The two inner loops of Pillow's 8-bit resize. Sums start at one half and are clipped to a byte at
// the end of each pass, as Pillow does, which is why the result is equal to the last bit.

extension FixedPointWeights {
  /// Resizes rows: [rows, inputs, channels] to [rows, outputs, channels].
  func resizeRows(
    _ source: UnsafeBufferPointer<UInt8>, rows: Int, inputs: Int, channels: Int,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    let outputs = first.count
    precondition(source.count == rows * inputs * channels)
    precondition(target.count == rows * outputs * channels)
    // Safe: a window lies within 0..<inputs, so every index is below the counts checked above.
    guard let input = source.baseAddress, let output = target.baseAddress else { return }
    unsafe weights.withUnsafeBufferPointer { weights in
      for row in 0..<rows {
        let line = unsafe input + row * inputs * channels
        var write = unsafe output + row * outputs * channels
        for index in 0..<outputs {
          let start = unsafe line + first[index] * channels
          if channels == 3 {
            var (red, green, blue) = (half, half, half)
            for tap in 0..<taps[index] {
              let weight = unsafe weights[index * stride + tap]
              red &+= unsafe Int32(start[3 * tap]) &* weight
              green &+= unsafe Int32(start[3 * tap + 1]) &* weight
              blue &+= unsafe Int32(start[3 * tap + 2]) &* weight
            }
            unsafe write[0] = byte(red)
            unsafe write[1] = byte(green)
            unsafe write[2] = byte(blue)
          } else {
            var grey = half
            for tap in 0..<taps[index] {
              grey &+= unsafe Int32(start[tap]) &* weights[index * stride + tap]
            }
            unsafe write[0] = byte(grey)
          }
          unsafe write += channels
        }
      }
    }
  }

  /// Resizes columns: [inputs, length] to [outputs, length]; the first `skipped` inputs are not there.
  func resizeColumns(
    _ source: UnsafeBufferPointer<UInt8>, length: Int, skipping skipped: Int = 0,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    let outputs = first.count
    precondition(target.count == outputs * length)
    precondition(source.count.isMultiple(of: length))
    precondition(skipped <= inputs.lowerBound)
    precondition(inputs.upperBound - skipped <= source.count / length)
    // Safe: the windows lie within the rows of `source`, as was just checked.
    guard let input = source.baseAddress, let output = target.baseAddress else { return }
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: length) { sums in
      for index in 0..<outputs {
        unsafe sums.update(repeating: half)
        for tap in 0..<taps[index] {
          let weight = weights[index * stride + tap]
          let line = unsafe input + (first[index] - skipped + tap) * length
          for offset in 0..<length {
            unsafe sums[offset] &+= Int32(line[offset]) &* weight
          }
        }
        let write = unsafe output + index * length
        for offset in 0..<length {
          unsafe write[offset] = byte(sums[offset])
        }
      }
    }
  }
}

/// One half, in fixed point.
private let half: Int32 = 1 << (FixedPointWeights.places - 1)

/// A sum as a byte: without its binary places, and clipped.
@inline(__always)
private func byte(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> FixedPointWeights.places)))
}
