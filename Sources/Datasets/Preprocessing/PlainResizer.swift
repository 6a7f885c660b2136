import PETL

/// Resizes as TensorFlow's `tf.image.resize` does without antialiasing, and keeps a part.
///
/// Bilinear between the nearest four pixels with half-pixel centres, in 32-bit floats that are not
/// rounded to bytes (TensorFlow's ResizeBilinear with `half_pixel_centers`).
struct PlainResizer {
  private struct Axis {
    let low: [Int]
    let high: [Int]
    let part: [Float]

    init(from count: Int, to outputs: Int, keeping kept: Range<Int>) {
      let scale = Float(count) / Float(outputs)
      let positions = kept.map { (Float($0) + 0.5) * scale - 0.5 }
      low = positions.map { max(0, Int($0.rounded(.down))) }
      high = positions.map { min(count - 1, Int($0.rounded(.down)) + 1) }
      part = positions.map { $0 - $0.rounded(.down) }
    }
  }

  private let width: Int
  private let channels: Int
  private let across: Axis
  private let down: Axis

  /// Prepares for images of one size.
  init(from image: (height: Int, width: Int, channels: Int), _ fitting: Fitting) {
    (width, channels) = (image.width, image.channels)
    across = Axis(from: image.width, to: fitting.width, keeping: fitting.columns)
    down = Axis(from: image.height, to: fitting.height, keeping: fitting.rows)
  }

  /// Resizes one image, [height, width, channels], into `target`, [kept rows, kept columns, channels],
  /// 0…255.
  func resize(_ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<Float>)
  {
    require(
      target.count == down.low.count * across.low.count * channels,
      "\(target.count) floats have another size than the resized image.")
    require(
      source.count > ((down.high.max() ?? 0) * width + width - 1) * channels,
      "\(source.count) bytes are less than the image.")
    var write = 0
    for (row, lower) in down.part.enumerated() {
      let (top, bottom) = (down.low[row] * width, down.high[row] * width)
      for (column, right) in across.part.enumerated() {
        for channel in 0..<channels {
          // Safe: both axes give indices within the image, whose count was checked above.
          func value(_ line: Int, _ x: Int) -> Float {
            unsafe Float(source[(line + x) * channels + channel])
          }
          let (a, b) = (across.low[column], across.high[column])
          let upper = value(top, a) + (value(top, b) - value(top, a)) * right
          let under = value(bottom, a) + (value(bottom, b) - value(bottom, a)) * right
          unsafe target[write] = upper + (under - upper) * lower
          write += 1
        }
      }
    }
  }
}
