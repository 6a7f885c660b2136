import CKernels

/// A matrix that never changes, packed once for the products it takes part in.
struct PackedMatrix {
  /// The panels, one after the other; whole panels, the last filled up with zeros.
  private let panels: Tensor
  private let rows: Int
  private let cols: Int

  /// Packs a matrix [rows, cols], or the transpose of a [cols, rows] one.
  init(_ matrix: Tensor, transposed: Bool) {
    rows = matrix.shape[transposed ? 1 : 0]
    cols = matrix.shape[transposed ? 0 : 1]
    let width = unsafe Kernels.table.panel
    panels = Tensor(uninitialized: [rows * ((cols + width - 1) / width * width)])
    let stride = matrix.shape[1]
    unsafe Kernels.table.pack(
      rows, cols, matrix.pointer, transposed ? 1 : stride, transposed ? stride : 1, panels.pointer)
  }

  /// The product y = x w (+ bias), or y += x w: x [..., rows], y [..., cols].
  ///
  /// Each worker takes rows of x.
  func multiply(_ x: Tensor, bias: Tensor? = nil, into y: Tensor, adding: Bool = false) {
    precondition(x.shape.last == rows && y.shape.last == cols, "\(x.shape) × [\(rows), \(cols)]")
    precondition(x.count * cols == y.count * rows, "\(x.shape) and \(y.shape) have other rows.")
    let count = cols == 0 ? 0 : y.count / cols
    // A thread is worth about 2^17 multiplications.
    let grain = max(6, (1 << 17) / max(1, rows * cols))
    Workers.split(count, grain: grain, multiple: 6) { r in
      let i = r.lowerBound
      unsafe Kernels.table.packed_product(
        r.count, rows, cols, x.pointer + i * rows, rows, panels.pointer,
        bias.map { unsafe UnsafePointer($0.pointer) },
        y.pointer + i * cols, cols, adding)
    }
  }
}
