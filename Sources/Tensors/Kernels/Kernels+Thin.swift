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

  /// How many rows a partial sum of a Gram matrix has, which keeps the rounding of long sums down.
  private static let gramRows = 128

  /// g = (x − 1 meanᵀ)ᵀ(x − 1 meanᵀ); mean is that of the columns when centred, else zero.
  ///
  /// The sums of 128 rows each are added in their order, whatever thread they are of.
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
    if centered {
      unsafe table.column_means(rows, rank, x.pointer, mean.pointer)
    } else {
      fill(mean, with: 0)
    }
    let (blocks, size) = ((rows + gramRows - 1) / gramRows, rank * rank)
    let sums = Tensor(uninitialized: [max(1, blocks), size])
    Workers.split(blocks, grain: max(1, grain / (gramRows * max(1, rank)))) { range in
      for block in range {
        let start = block * gramRows
        unsafe table.gram(
          start, min(rows, start + gramRows), rows, rank, x.pointer, mean.pointer,
          sums.pointer + block * size)
      }
    }
    fill(g, with: 0)
    for block in 0..<blocks {
      unsafe table.axpy(size, 1, sums.pointer + block * size, g.pointer)
    }
  }

  /// Every row of y += v.
  static func addToRows(of y: Tensor, _ v: Tensor) {
    let (rows, cols) = matrix(y)
    // Several narrow rows at once.
    let repeats = max(1, min(rows, 256 / max(1, cols)))
    let wide = repeats == 1 ? v : Tensor(uninitialized: [repeats * cols])
    for place in 0..<(repeats == 1 ? 0 : repeats) {
      unsafe (wide.pointer + place * cols).update(from: v.pointer, count: cols)
    }
    Workers.split(rows, grain: max(1, grain / max(1, cols)), multiple: repeats) { r in
      for row in stride(from: r.lowerBound, to: r.upperBound, by: repeats) {
        let count = min(repeats, r.upperBound - row)
        unsafe table.axpy(count * cols, 1, wide.pointer, y.pointer + row * cols)
      }
    }
  }
}
