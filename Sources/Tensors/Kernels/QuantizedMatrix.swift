import CKernels

/// A matrix that never changes in 8 bits: integers of at most 127 in magnitude, and for each output a scale, so that
/// its largest magnitude is 127.
struct QuantizedMatrix {
  /// The longest row that can be multiplied: the sum of so many products of integers fits in 32 bits.
  static let longest = (1 << 17) - 1

  /// The panels, four integers in the place of a float.
  private let panels: Tensor
  /// [cols].
  private let scales: Tensor
  private let rows: Int
  private let cols: Int

  /// Rounds a weight [out, in] to nearest, ties to even, for products with its transpose [in, out].
  init(_ weight: Tensor) {
    let (rows, cols) = (weight.shape[1], weight.shape[0])
    let width = unsafe Kernels.table.panel
    let panelCount = (cols + width - 1) / width
    let panels = Tensor(uninitialized: [(rows + 3) / 4 * panelCount * width])
    let scales = Tensor(uninitialized: [cols])
    (self.rows, self.cols, self.panels, self.scales) = (rows, cols, panels, scales)
    Workers.split(panelCount, grain: max(1, Kernels.grain / max(1, rows * width))) { part in
      unsafe Kernels.table.quantize_panels(
        rows, part.lowerBound * width, min(cols, part.upperBound * width), weight.pointer,
        panels.bytes, scales.pointer)
    }
  }

  /// The product y = x w (+ bias), finished: x [..., rows], y [..., cols].
  func multiply(_ x: Tensor, bias: Tensor?, into y: Tensor, finish: MapFinish) {
    check(x, rows, y, cols)
    let x = QuantizedRows(x, width: rows)
    func product(_ part: Range<Int>, _ columns: Range<Int>) {
      unsafe x.multiply(
        part, by: panels.bytes + (rows + 3) / 4 * 4 * columns.lowerBound, columns, scales: scales,
        bias: bias, into: y, outer: cols, finish)
    }
    // Where there are many rows each thread has the panels in cache for its own.
    if x.count < 12 * Workers.count {
      ProductGrid(rows: x.count, cols: cols, most: threads(x.count)).run(product)
    } else {
      Workers.split(x.count, grain: max(6, x.count / threads(x.count)), multiple: 6) {
        product($0, 0..<cols)
      }
    }
  }

  /// The product y = x wᵀ, finished: x [..., cols], y [..., rows].
  ///
  /// The scales are taken into x before it is rounded, so that the integers are those of `multiply`. The panels of the
  /// transpose are made in cache on the way.
  func multiplyTransposed(_ x: Tensor, into y: Tensor, finish: MapFinish) {
    check(x, cols, y, rows)
    let x = QuantizedRows(x, width: cols, scales: scales)
    let width = unsafe Kernels.table.panel
    ProductGrid(rows: x.count, cols: rows, most: threads(x.count)).run { part, columns in
      let turned = Tensor(uninitialized: [(cols + 3) / 4 * width])
      for first in stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
        unsafe Kernels.table.turn_quantized(rows, cols, panels.bytes, first, turned.bytes)
        unsafe x.multiply(
          part, by: turned.bytes, first..<min(rows, first + width), scales: nil, bias: nil,
          into: y, outer: rows, finish)
      }
    }
  }

  /// How many threads the product of so many rows is worth: 2^19 multiplications are one's.
  private func threads(_ count: Int) -> Int { max(1, (count * rows * cols) >> 19) }

  private func check(_ x: Tensor, _ inner: Int, _ y: Tensor, _ outer: Int) {
    require(
      x.shape.last == inner && y.shape.last == outer && x.count * outer == y.count * inner,
      "\(x.shape) × [\(inner), \(outer)] is not \(y.shape).")
  }
}

extension Tensor {
  /// The places of the numbers, for bytes.
  @unsafe fileprivate var bytes: UnsafeMutablePointer<UInt8> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
  }
}
