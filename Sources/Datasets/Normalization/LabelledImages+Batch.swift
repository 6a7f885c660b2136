extension LabelledImages {
  /// The number of floats of one normalised image: height · width · 3.
  public var floatsPerImage: Int { height * width * 3 }

  /// Writes the images at `indices`, normalised, into `target`.
  ///
  /// A grey value is given to all three channels before they are normalised.
  ///
  /// - Parameters:
  ///   - indices: which images, in the order of the batch.
  ///   - normalization: how bytes become numbers.
  ///   - target: memory for [indices.count, height, width, 3] floats, row-major; all are written.
  public func writeBatch(
    _ indices: [Int], normalization: Normalization,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      target.count == indices.count * floatsPerImage,
      "A batch of \(indices.count) images of [\(height), \(width), 3] does not fit"
        + " \(target.count) floats.")
    precondition(
      indices.allSatisfy { (0..<count).contains($0) }, "An image index is not in 0..<\(count).")
    let table = normalization.table
    let pixels = height * width
    // Safe: every index and every count was checked above; a byte is below 256.
    unsafe images.withUnsafeBufferPointer { images in
      unsafe table.withUnsafeBufferPointer { table in
        guard let images = images.baseAddress, let target = target.baseAddress,
          let table = table.baseAddress
        else { return }
        forEachInParallel(indices.count) { slot in
          let source = unsafe images + indices[slot] * bytesPerImage
          let write = unsafe target + slot * floatsPerImage
          // How far apart the three channels of a pixel lie: nowhere, in a grey image.
          let (step, second, third) = channels == 3 ? (3, 1, 2) : (1, 0, 0)
          for pixel in 0..<pixels {
            unsafe write[3 * pixel] = table[Int(source[step * pixel])]
            unsafe write[3 * pixel + 1] = table[256 + Int(source[step * pixel + second])]
            unsafe write[3 * pixel + 2] = table[512 + Int(source[step * pixel + third])]
          }
        }
      }
    }
  }

  /// The images at `indices`, normalised, laid out [indices.count, height, width, 3].
  public func batch(_ indices: [Int], normalization: Normalization) -> [Float] {
    let total = indices.count * floatsPerImage
    return unsafe [Float](unsafeUninitializedCapacity: total) { buffer, count in
      unsafe writeBatch(
        indices, normalization: normalization,
        into: UnsafeMutableBufferPointer(rebasing: buffer[..<total]))
      count = total
    }
  }
}
