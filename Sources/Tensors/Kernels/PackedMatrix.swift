import CKernels

/// A matrix that never changes, packed once for the products it takes part in.
struct PackedMatrix {
  /// The panels, one after the other; whole panels, the last filled up with zeros.
  ///
  /// In bfloat16 two values share the place of a float.
  private let panels: Tensor
  private let rows: Int
  private let cols: Int
  private let precision: FrozenPrecision

  /// Packs a matrix [rows, cols], or the transpose of a [cols, rows] one.
  init(_ matrix: Tensor, transposed: Bool, precision: FrozenPrecision = .single) {
    rows = matrix.shape[transposed ? 1 : 0]
    cols = matrix.shape[transposed ? 0 : 1]
    self.precision = precision
    let width = unsafe Kernels.table.panel
    let steps = precision == .single ? rows : (rows + 1) / 2
    panels = Tensor(uninitialized: [steps * ((cols + width - 1) / width * width)])
    let stride = matrix.shape[1]
    let (rowStride, columnStride) = transposed ? (1, stride) : (stride, 1)
    let pack = unsafe precision == .single ? Kernels.table.pack : Kernels.table.pack_half
    unsafe pack(rows, cols, matrix.pointer, rowStride, columnStride, panels.pointer)
  }

  private init(turning matrix: PackedMatrix) {
    require(matrix.precision == .single, "bfloat16 is packed from the weight itself.")
    let width = unsafe Kernels.table.panel
    (rows, cols, precision) = (matrix.cols, matrix.rows, .single)
    panels = Tensor(uninitialized: [rows * ((cols + width - 1) / width * width)])
    for first in stride(from: 0, to: cols, by: width) {
      unsafe Kernels.table.turn_panel(
        cols, matrix.panels.pointer, first, 0, rows, panels.pointer + first * rows)
    }
  }

  /// The transpose, packed.
  func turned() -> PackedMatrix { PackedMatrix(turning: self) }

  /// The product y = x w (+ bias), finished: x [..., rows], y [..., cols].
  ///
  /// Each worker takes rows of x.
  func multiply(
    _ x: Tensor, bias: Tensor? = nil, into y: Tensor, finish: MapFinish = .none
  ) {
    check(x, rows, y, cols)
    let count = cols == 0 ? 0 : y.count / cols
    let (code, other) = finish.kernel
    // A thread is worth about 2^17 multiplications.
    let grain = max(6, (1 << 17) / max(1, rows * cols))
    Workers.split(count, grain: grain, multiple: 6) { r in
      let i = r.lowerBound
      let bias = unsafe bias.map { unsafe UnsafePointer($0.pointer) }
      let other = unsafe other.map { unsafe $0.pointer + i * cols }
      if precision == .single {
        unsafe Kernels.table.packed_product(
          r.count, rows, cols, x.pointer + i * rows, rows, panels.pointer, bias,
          y.pointer + i * cols, cols, code, other, cols)
      } else {
        let scratch = Tensor(uninitialized: [max(98304, 24 * ((rows + 1) / 2))])
        unsafe Kernels.table.packed_product_half(
          r.count, rows, cols, x.pointer + i * rows, rows, panels.pointer, bias,
          y.pointer + i * cols, cols, code, other, cols, scratch.pointer)
      }
    }
  }

  /// The product y = x wᵀ, finished: x [..., cols], y [..., rows]; in single precision only.
  ///
  /// The panels of the transpose are made in cache on the way, so each worker takes columns of y, or
  /// a part of the rows too where there are more workers than panels.
  func multiplyTransposed(_ x: Tensor, into y: Tensor, finish: MapFinish = .none) {
    require(precision == .single, "bfloat16 is packed for each direction.")
    check(x, cols, y, rows)
    let count = rows == 0 ? 0 : y.count / rows
    let (code, other) = finish.kernel
    let width = unsafe Kernels.table.panel
    ProductGrid(rows: count, cols: rows).run { part, columns in
      let i = part.lowerBound
      let scratch = Tensor(uninitialized: [2048 * width])
      unsafe Kernels.table.packed_product_transposed(
        part.count, rows, cols, columns.lowerBound, columns.upperBound,
        x.pointer + i * cols, cols, panels.pointer, y.pointer + i * rows, rows, code,
        other.map { unsafe $0.pointer + i * rows }, rows, scratch.pointer)
    }
  }

  /// Columns of the matrix as rows, [indices.count, rows].
  func columns(_ indices: [Int]) -> Tensor {
    require(
      indices.allSatisfy { 0..<cols ~= $0 }, "An index of \(indices) is not one of \(cols) columns."
    )
    let y = Tensor(uninitialized: [indices.count, rows])
    let width = unsafe Kernels.table.panel
    let steps = precision == .single ? rows : (rows + 1) / 2
    Workers.split(indices.count, grain: max(1, Kernels.grain / 8 / max(1, rows))) { r in
      for i in r {
        let start = indices[i] / width * width * steps + indices[i] % width
        for t in 0..<rows {
          let step = precision == .single ? t : t / 2
          let value = unsafe panels.pointer[start + step * width]
          unsafe y.pointer[i * rows + t] =
            precision == .single ? value : half(of: value, isUpper: t % 2 == 1)
        }
      }
    }
    return y
  }

  /// One of two values in bfloat16 that share the place of a float.
  private func half(of pair: Float, isUpper: Bool) -> Float {
    let bits = pair.bitPattern
    return Float(bitPattern: isUpper ? bits & 0xFFFF_0000 : bits << 16)
  }

  private func check(_ x: Tensor, _ inner: Int, _ y: Tensor, _ outer: Int) {
    require(
      x.shape.last == inner && y.shape.last == outer, "\(x.shape) × [\(inner), \(outer)]")
    require(x.count * outer == y.count * inner, "\(x.shape) and \(y.shape) have other rows.")
  }
}

extension MapFinish {
  /// The kernels' code, and the tensor it works with.
  var kernel: (Int32, Tensor?) {
    switch self {
    case .none: (Int32(PETL_STORE.rawValue), nil)
    case .adding(let other): (Int32(PETL_ADD_OTHER.rawValue), other)
    case .gelu(let slope): (Int32(PETL_GELU_SLOPE.rawValue), slope)
    case .quickGELU(let slope): (Int32(PETL_QUICK_GELU_SLOPE.rawValue), slope)
    case .scaling(let other): (Int32(PETL_TIMES_OTHER.rawValue), other)
    }
  }
}
