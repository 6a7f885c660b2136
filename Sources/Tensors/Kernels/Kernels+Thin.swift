import CKernels

/// Products with a thin side, of a rank of at most 64; wider ones go to the library.
extension Kernels {
  /// Above this rank a library product is faster (measured; see docs/benchmarks.md).
  static let thinLimit = 64

  /// s = x aᵀ (or += ): x [rows, width], a [rank, width], s [rows, rank].
  static func thinDown(_ x: GEMM.Matrix, _ a: Tensor, into s: Tensor, adding: Bool = false) {
    let (rank, width) = matrix(a)
    guard rank <= thinLimit else {
      return GEMM.multiply(x, .init(a, transposed: true), into: .init(s), adding: adding)
    }
    Workers.split(x.rows, grain: max(4, grain / max(1, width)), multiple: 4) { r in
      let i = r.lowerBound
      unsafe table.thin_down(
        r.count, width, rank, x.tensor.pointer + x.offset + i * x.stride, x.stride, a.pointer,
        width, s.pointer + i * rank, rank, adding)
    }
  }

  /// y = s b (or +=): s [rows, rank], b [rank, width], y [rows, width].
  static func thinUp(_ s: Tensor, _ b: Tensor, into y: GEMM.Matrix, adding: Bool) {
    let (rank, width) = matrix(b)
    guard rank <= thinLimit else {
      return GEMM.multiply(.init(s), .init(b), into: y, adding: adding)
    }
    Workers.split(y.rows, grain: max(4, grain / max(1, width)), multiple: 4) { r in
      let i = r.lowerBound
      unsafe table.thin_up(
        r.count, rank, width, s.pointer + i * rank, rank, b.pointer, width,
        y.tensor.pointer + y.offset + i * y.stride, y.stride, adding)
    }
  }

  /// g = sᵀ y (or +=): s [rows, rank], y [rows, width], g [rank, width].
  ///
  /// Each thread takes columns, so the order of additions does not depend on their number.
  static func thinGradient(_ s: Tensor, _ y: GEMM.Matrix, into g: Tensor, adding: Bool = false) {
    let (rank, width) = matrix(g)
    guard rank <= thinLimit else {
      return GEMM.multiply(.init(s, transposed: true), y, into: .init(g), adding: adding)
    }
    if !adding { fill(g, with: 0) }
    Workers.split(width, grain: max(16, grain / max(1, y.rows)), multiple: 16) { r in
      let m = r.lowerBound
      unsafe table.thin_gradient(
        y.rows, rank, r.count, s.pointer, rank, y.tensor.pointer + y.offset + m, y.stride,
        g.pointer + m, width)
    }
  }

  /// g = (x − 1 meanᵀ)ᵀ(x − 1 meanᵀ); mean is that of the columns when centred, else zero.
  static func gram(_ x: Tensor, centered: Bool, mean: Tensor, into g: Tensor) {
    let (rows, rank) = matrix(x)
    guard rank <= thinLimit else {
      fill(mean, with: 0)
      if centered {
        addColumnSums(of: x, to: mean)
        scale(mean, by: 1 / Float(max(1, rows)), into: mean)
      }
      let shifted = x.copied()
      addToRows(of: shifted, mean.scaled(by: -1))
      return GEMM.multiply(.init(shifted, transposed: true), .init(shifted), into: .init(g))
    }
    unsafe table.gram(rows, rank, x.pointer, centered, mean.pointer, g.pointer)
  }

  /// Every row of y += v.
  static func addToRows(of y: Tensor, _ v: Tensor) {
    let (rows, cols) = matrix(y)
    Workers.split(rows, grain: max(1, grain / max(1, cols))) { r in
      for row in r {
        unsafe table.axpy(cols, 1, v.pointer, y.pointer + row * cols)
      }
    }
  }
}
