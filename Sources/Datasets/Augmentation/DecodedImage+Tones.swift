import PETL

/// Changes of tones, as Pillow's ImageOps does them, byte for byte.
extension DecodedImage {
  /// The upper bits of every byte.
  func posterized(bits: Int) -> DecodedImage {
    let mask = ~((1 << (8 - bits)) - 1)
    return looked { _ in (0..<256).map { UInt8($0 & mask) } }
  }

  /// Bytes from a threshold on turned round.
  func solarized(from threshold: Double) -> DecodedImage {
    looked { _ in (0..<256).map { UInt8(Double($0) < threshold ? $0 : 255 - $0) } }
  }

  /// Each channel stretched to all of 0…255.
  func autocontrasted() -> DecodedImage {
    looked { counts in
      guard let low = counts.firstIndex(where: { $0 > 0 }),
        let high = counts.lastIndex(where: { $0 > 0 }), low < high
      else { return nil }
      let scale = 255.0 / Double(high - low)
      let offset = Double(-low) * scale
      return (0..<256).map { UInt8(min(255, max(0, Int(Double($0) * scale + offset)))) }
    }
  }

  /// Each channel's tones made equally frequent.
  func equalized() -> DecodedImage {
    looked { counts in
      let found = counts.filter { $0 > 0 }
      guard found.count > 1, let last = found.last else { return nil }
      let step = (found.reduce(0, +) - last) / 255
      guard step > 0 else { return nil }
      var sum = step / 2
      return counts.map { count in
        defer { sum += count }
        return UInt8(min(255, sum / step))
      }
    }
  }

  /// Every byte looked up in a table of its channel.
  ///
  /// - Parameter table: of 256 bytes, from how often each byte occurs; nil for no change.
  /// - Returns: an image of the same size.
  private func looked(_ table: ([Int]) -> [UInt8]?) -> DecodedImage {
    var result = self
    for channel in 0..<channels {
      let own = stride(from: channel, to: pixels.count, by: channels)
      var counts = [Int](repeating: 0, count: 256)
      for index in own { counts[Int(pixels[index])] += 1 }
      guard let table = table(counts) else { continue }
      for index in own { result.pixels[index] = table[Int(pixels[index])] }
    }
    return result
  }
}
