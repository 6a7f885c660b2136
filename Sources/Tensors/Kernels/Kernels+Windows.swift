import CKernels

/// The geometry of a convolution: which input a window's place reads.
struct ConvolutionShape {
  /// Images, rows, columns and channels of the input.
  let input: [Int]
  /// Height and width of the kernel.
  let kernel: (height: Int, width: Int)
  let stride: Int
  /// Zeros before and after the rows and columns.
  let padding: (height: Int, width: Int)

  /// Rows and columns of the output.
  var output: (rows: Int, columns: Int) {
    (
      (input[1] + 2 * padding.height - kernel.height) / stride + 1,
      (input[2] + 2 * padding.width - kernel.width) / stride + 1
    )
  }
  var channels: Int { input[3] }
  var taps: Int { kernel.height * kernel.width }

  /// Calls the body with each place of an image's output, each tap that reads inside of the image, and the
  /// place that it reads.
  @inline(__always)
  func forEachRead(_ body: (_ place: Int, _ tap: Int, _ source: Int) -> Void) {
    let (rows, columns) = output
    for row in 0..<rows {
      for column in 0..<columns {
        for tap in 0..<taps {
          let y = row * stride + tap / kernel.width - padding.height
          let x = column * stride + tap % kernel.width - padding.width
          guard y >= 0, y < input[1], x >= 0, x < input[2] else { continue }
          body(row * columns + column, tap, y * input[2] + x)
        }
      }
    }
  }
}

/// Kernels of convolutions; images are split over the workers.
extension Kernels {
  /// y[place, tap, channel] = the input that the tap reads, 0 outside of the image.
  static func windows(_ x: Tensor, _ shape: ConvolutionShape, into y: Tensor) {
    let (c, taps) = (shape.channels, shape.taps)
    let (into, from) = (shape.output.rows * shape.output.columns, shape.input[1] * shape.input[2])
    fill(y, with: 0)
    Workers.split(shape.input[0]) { range in
      for image in range {
        shape.forEachRead { place, tap, source in
          let target = unsafe y.pointer + ((image * into + place) * taps + tap) * c
          unsafe target.update(from: x.pointer + (image * from + source) * c, count: c)
        }
      }
    }
  }

  /// The reverse of `windows`; dx must be set.
  static func addWindows(_ dy: Tensor, _ shape: ConvolutionShape, to dx: Tensor) {
    let (c, taps) = (shape.channels, shape.taps)
    let (into, from) = (shape.output.rows * shape.output.columns, shape.input[1] * shape.input[2])
    Workers.split(shape.input[0]) { range in
      for image in range {
        shape.forEachRead { place, tap, source in
          unsafe table.axpy(
            c, 1, dy.pointer + ((image * into + place) * taps + tap) * c,
            dx.pointer + (image * from + source) * c)
        }
      }
    }
  }

  /// y[place, channel] = Σ over taps of w[tap, channel] x[read, channel].
  static func depthwise(_ x: Tensor, _ w: Tensor, _ shape: ConvolutionShape, into y: Tensor) {
    let c = shape.channels
    let (into, from) = (shape.output.rows * shape.output.columns, shape.input[1] * shape.input[2])
    fill(y, with: 0)
    Workers.split(shape.input[0]) { range in
      for image in range {
        shape.forEachRead { place, tap, source in
          unsafe addProducts(
            c, w.pointer + tap * c, x.pointer + (image * from + source) * c,
            to: y.pointer + (image * into + place) * c)
        }
      }
    }
  }

  /// The gradient of `depthwise` for its input, which is added to dx.
  static func depthwiseInput(_ dy: Tensor, _ w: Tensor, _ shape: ConvolutionShape, to dx: Tensor) {
    let c = shape.channels
    let (into, from) = (shape.output.rows * shape.output.columns, shape.input[1] * shape.input[2])
    Workers.split(shape.input[0]) { range in
      for image in range {
        shape.forEachRead { place, tap, source in
          unsafe addProducts(
            c, w.pointer + tap * c, dy.pointer + (image * into + place) * c,
            to: dx.pointer + (image * from + source) * c)
        }
      }
    }
  }

  /// The gradient of `depthwise` for its kernel, [images, taps, channels]: one for each image.
  static func depthwiseKernels(
    _ dy: Tensor, _ x: Tensor, _ shape: ConvolutionShape, into dw: Tensor
  ) {
    let (c, taps) = (shape.channels, shape.taps)
    let (into, from) = (shape.output.rows * shape.output.columns, shape.input[1] * shape.input[2])
    fill(dw, with: 0)
    Workers.split(shape.input[0]) { range in
      for image in range {
        shape.forEachRead { place, tap, source in
          unsafe addProducts(
            c, x.pointer + (image * from + source) * c, dy.pointer + (image * into + place) * c,
            to: dw.pointer + (image * taps + tap) * c)
        }
      }
    }
  }

  /// y += a b, element by element.
  @inline(__always)
  private static func addProducts(
    _ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    to y: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count { unsafe y[i] += a[i] * b[i] }
  }
}
