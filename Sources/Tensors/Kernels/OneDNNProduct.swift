import COneDNN

/// A matrix that never changes in oneDNN's own layout, for the products it takes part in.
@safe
final class OneDNNProduct {
  @unsafe private let product: OpaquePointer
  private let rows: Int
  private let cols: Int

  /// Puts a matrix [rows, cols], or the transpose of a [cols, rows] one, into oneDNN's layout.
  ///
  /// - Returns: nil where oneDNN is not built in or has no such product on this CPU.
  init?(_ matrix: Tensor, transposed: Bool, bias: Tensor? = nil, precision: FrozenPrecision) {
    rows = matrix.shape[transposed ? 1 : 0]
    cols = matrix.shape[transposed ? 0 : 1]
    guard rows > 0, cols > 0 else { return nil }
    let stride = matrix.shape[1]
    let made = unsafe petl_onednn_create(
      rows, cols, matrix.pointer, transposed ? 1 : stride, transposed ? stride : 1,
      bias.map { unsafe UnsafePointer($0.pointer) }, precision == .mixed, Self.usualRows)
    guard let made = unsafe made else { return nil }
    unsafe product = made
  }

  deinit { unsafe petl_onednn_destroy(product) }

  /// The number of rows that the layout is chosen for; others take it as it is.
  private static let usualRows = 1024

  /// The product y = x w + bias, or y += x w + bias: x [..., rows], y [..., cols].
  ///
  /// Each worker calls oneDNN for rows of its own.
  func multiply(_ x: Tensor, into y: Tensor, adding: Bool) {
    require(x.shape.last == rows && y.shape.last == cols, "\(x.shape) × [\(rows), \(cols)]")
    require(x.count * cols == y.count * rows, "\(x.shape) and \(y.shape) have other rows.")
    // A thread is worth about 2^17 multiplications.
    let grain = max(16, (1 << 17) / (rows * cols))
    Workers.split(y.count / cols, grain: grain) { r in
      let bytes = unsafe petl_onednn_scratch(product, r.count, adding)
      require(bytes >= 0, "oneDNN has no product [\(r.count), \(rows)] × [\(rows), \(cols)].")
      let scratch = Tensor(uninitialized: [bytes / 4 + 1])
      let i = r.lowerBound
      let status = unsafe petl_onednn_run(
        product, r.count, x.pointer + i * rows, y.pointer + i * cols, adding, scratch.pointer)
      require(status == 0, "oneDNN failed with status \(status).")
    }
  }
}
