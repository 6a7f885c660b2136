import PETL

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
    require(
      target.count == indices.count * floatsPerImage,
      "A batch of \(indices.count) images of [\(height), \(width), 3] does not fit"
        + " \(target.count) floats.")
    require(
      indices.allSatisfy { (0..<count).contains($0) }, "An image index is not in 0..<\(count).")
    // Safe: every index and every count was checked above; no two slots share memory.
    pixels.withView { view in
      switch view {
      case .bytes(let images):
        let table = normalization.table
        unsafe table.withUnsafeBufferPointer { table in
          guard let images = images.baseAddress, let target = target.baseAddress,
            let table = table.baseAddress
          else { return }
          forEachInParallel(indices.count) { slot in
            unsafe normalize(
              images + indices[slot] * samplesPerImage, table,
              into: target + slot * floatsPerImage)
          }
        }
      case .floats(let images):
        guard let images = images.baseAddress, let target = target.baseAddress else { return }
        forEachInParallel(indices.count) { slot in
          unsafe normalize(
            images + indices[slot] * samplesPerImage, normalization,
            into: target + slot * floatsPerImage)
        }
      }
    }
  }

  /// Normalises one image of bytes by a table, [3, 256].
  private func normalize(
    _ source: UnsafePointer<UInt8>, _ table: UnsafePointer<Float>,
    into write: UnsafeMutablePointer<Float>
  ) {
    // How far apart the three channels of a pixel lie: nowhere, in a grey image. A byte is below 256.
    let (step, second, third) = channels == 3 ? (3, 1, 2) : (1, 0, 0)
    for pixel in 0..<height * width {
      unsafe write[3 * pixel] = table[Int(source[step * pixel])]
      unsafe write[3 * pixel + 1] = table[256 + Int(source[step * pixel + second])]
      unsafe write[3 * pixel + 2] = table[512 + Int(source[step * pixel + third])]
    }
  }

  /// Normalises one image of floats.
  private func normalize(
    _ source: UnsafePointer<Float>, _ normalization: Normalization,
    into write: UnsafeMutablePointer<Float>
  ) {
    let (mean, deviation) = (normalization.mean, normalization.standardDeviation)
    for pixel in 0..<height * width {
      for channel in 0..<3 {
        let value = unsafe source[channels * pixel + (channels == 3 ? channel : 0)]
        unsafe write[3 * pixel + channel] = (value / 255 - mean[channel]) / deviation[channel]
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
