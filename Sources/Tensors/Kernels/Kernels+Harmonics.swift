import CKernels

/// Features of kernels that are sums of cosines, a block of rows at a time: all of them together never
/// go through memory.
extension Kernels {
  /// Where the features of each column lie among those of all: cosine and sine of each multiple in turn.
  struct HarmonicLayout {
    let kernels: [CosineSeries]
    /// The first feature of each column.
    let starts: [Int]
    /// How many features there are.
    let width: Int

    /// Rows of a block: its features fill about half of a second-level cache.
    var block: Int { min(384, max(16, (1 << 16) / max(1, width) / 16 * 16)) }

    init(_ kernels: [CosineSeries]) {
      self.kernels = kernels
      var (starts, width) = ([Int](), 0)
      for kernel in kernels {
        starts.append(width)
        width += 2 * kernel.weights.count
      }
      (self.starts, self.width) = (starts, width)
    }

    /// The blocks of a range of rows.
    func blocks(of rows: Range<Int>) -> [Range<Int>] {
      stride(from: rows.lowerBound, to: rows.upperBound, by: block).map {
        $0..<min(rows.upperBound, $0 + block)
      }
    }

    /// Rows that are worth a thread.
    var grain: Int { max(16, (1 << 17) / max(1, width * width)) }
  }

  /// The features of some rows of x, [width, block]; zero beyond the rows.
  private static func features(
    _ x: Tensor, _ layout: HarmonicLayout, _ rows: Range<Int>, into f: Tensor
  ) {
    let (cols, block) = (layout.kernels.count, layout.block)
    for (column, kernel) in layout.kernels.enumerated() {
      unsafe table.harmonics(
        rows.count, kernel.weights.count, x.pointer + rows.lowerBound * cols + column, cols,
        kernel.center, kernel.step, f.pointer + layout.starts[column] * block, block)
    }
  }

  /// c = FᵀHF, [width, width], of the features F, H taking the mean over rows off, and those means.
  ///
  /// Each thread sums its rows, and the threads' sums are added in order.
  static func harmonicScatter(
    _ x: Tensor, _ layout: HarmonicLayout, into c: Tensor, means: Tensor
  ) {
    let (rows, width, block) = (matrix(x).rows, layout.width, layout.block)
    let parts = parts(of: rows, grain: layout.grain)
    let scatters = Tensor.zeros([parts.count, width, width])
    let sums = Tensor.zeros([parts.count, width])
    Workers.run(parts.count) { index in
      let f = Tensor(uninitialized: [width, block])
      for range in layout.blocks(of: parts[index]) {
        features(x, layout, range, into: f)
        GEMM.addGram(of: f, to: scatters, offset: index * width * width)
        for k in 0..<width {
          unsafe sums.pointer[index * width + k] += table.sum(block, f.pointer + k * block)
        }
      }
    }
    center(scatters, sums, rows: rows, into: c, means: means)
  }

  /// The parts' upper triangles become one whole matrix, and the means are taken off.
  private static func center(
    _ scatters: Tensor, _ sums: Tensor, rows: Int, into c: Tensor, means: Tensor
  ) {
    let (parts, width) = (scatters.shape[0], means.count)
    let total = (0..<width).map { k in
      (0..<parts).reduce(0.0) { unsafe $0 + Double(sums.pointer[$1 * width + k]) }
    }
    for k in 0..<width {
      let mean = total[k] / Double(max(1, rows))
      unsafe means.pointer[k] = Float(mean)
      for l in k..<width {
        var value = -mean * total[l]
        for part in 0..<parts {
          value += unsafe Double(scatters.pointer[(part * width + k) * width + l])
        }
        unsafe c.pointer[k * width + l] = Float(value)
        unsafe c.pointer[l * width + k] = Float(value)
      }
    }
  }

  /// dx from T, [width, width], with T (F − means)ᵀ the gradient of the features.
  static func harmonicBackward(
    _ x: Tensor, _ layout: HarmonicLayout, _ t: Tensor, means: Tensor, into dx: Tensor
  ) {
    let (cols, width, block) = (layout.kernels.count, layout.width, layout.block)
    let parts = parts(of: matrix(x).rows, grain: layout.grain)
    let shifts = Tensor(uninitialized: [width, 1])
    thinDown(.init(t), means.reshaped([1, width]), into: shifts)
    Workers.run(parts.count) { index in
      let f = Tensor(uninitialized: [width, block])
      let df = Tensor(uninitialized: [width, block])
      for range in layout.blocks(of: parts[index]) {
        features(x, layout, range, into: f)
        unsafe table.small_product(
          width, width, block, t.pointer, width, f.pointer, block, df.pointer, block, false)
        for (column, kernel) in layout.kernels.enumerated() {
          let start = layout.starts[column] * block
          unsafe table.harmonics_backward(
            range.count, kernel.weights.count, f.pointer + start, df.pointer + start, block,
            shifts.pointer + layout.starts[column], dx.pointer + range.lowerBound * cols + column,
            cols)
        }
      }
    }
  }
}
