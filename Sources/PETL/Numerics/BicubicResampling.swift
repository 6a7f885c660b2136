/// Resizes a grid of float vectors by antialiased bicubic interpolation.
///
/// Equal to `torch.nn.functional.interpolate(mode="bicubic", antialias=True,
/// align_corners=False)`, up to rounding, whether it shrinks or enlarges. This is how timm resamples
/// a position embedding to another image size.
///
/// - Parameters:
///   - values: the grid, laid out [height, width, channels].
///   - height: the number of rows of `values`.
///   - width: the number of columns of `values`.
///   - channels: the length of the vector at each point.
///   - size: the height and the width wanted.
/// - Returns: the resized grid, laid out [size.height, size.width, channels].
package func resampleBicubicAntialiased(
  _ values: [Float], height: Int, width: Int, channels: Int, to size: (height: Int, width: Int)
) -> [Float] {
  resample(values, height, width, channels, to: size) {
    ResamplingWeights(.bicubic, from: $0, to: $1)
  }
}

/// Resizes a grid of float vectors by bicubic interpolation without antialiasing.
///
/// Equal to `torch.nn.functional.interpolate(mode="bicubic", align_corners=False)`, up to rounding:
/// the nearest four samples with a = −0.75, whatever the scale; those beyond an edge are the edge's.
/// This is how transformers resamples a position embedding to another image size.
///
/// - Parameters:
///   - values: the grid, laid out [height, width, channels].
///   - height: the number of rows of `values`.
///   - width: the number of columns of `values`.
///   - channels: the length of the vector at each point.
///   - size: the height and the width wanted.
/// - Returns: the resized grid, laid out [size.height, size.width, channels].
package func resampleBicubic(
  _ values: [Float], height: Int, width: Int, channels: Int, to size: (height: Int, width: Int)
) -> [Float] {
  resample(values, height, width, channels, to: size) {
    ResamplingWeights(plainBicubicFrom: $0, to: $1)
  }
}

/// Resizes a grid along its rows, then along its columns.
///
/// - Parameters:
///   - values: the grid, laid out [height, width, channels].
///   - height: the number of rows of `values`.
///   - width: the number of columns of `values`.
///   - channels: the length of the vector at each point.
///   - size: the height and the width wanted.
///   - weights: for one axis, by its length before and after.
/// - Returns: the resized grid, laid out [size.height, size.width, channels].
private func resample(
  _ values: [Float], _ height: Int, _ width: Int, _ channels: Int,
  to size: (height: Int, width: Int), by weights: (Int, Int) -> ResamplingWeights
) -> [Float] {
  require(
    values.count == height * width * channels,
    "\(values.count) values are not a [\(height), \(width), \(channels)] grid.")
  if size == (height, width) { return values }
  // A row of the image is `width` vectors of `channels`; the image as a whole is one column of
  // `height` vectors of `size.width * channels`.
  let wide = resample(
    values, blocks: height, length: channels, by: weights(width, size.width))
  return resample(
    wide, blocks: 1, length: size.width * channels, by: weights(height, size.height))
}

/// Resamples the middle axis of `values`, laid out [blocks, samples, length].
private func resample(
  _ values: [Float], blocks: Int, length: Int, by weights: ResamplingWeights
) -> [Float] {
  let outputs = weights.windows.count
  var result = [Float](repeating: 0, count: blocks * outputs * length)
  for block in 0..<blocks {
    let input = block * weights.inputCount
    for (index, window) in weights.windows.enumerated() {
      let target = (block * outputs + index) * length
      for (tap, weight) in window.weights.enumerated() {
        let source = (input + window.first + tap) * length
        let weight = Float(weight)
        for offset in 0..<length {
          result[target + offset] += weight * values[source + offset]
        }
      }
    }
  }
  return result
}
