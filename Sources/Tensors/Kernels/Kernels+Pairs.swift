import CKernels

/// Statistics of columns and of pairs of columns.
extension Kernels {
  /// The lowest and highest element of each column, NaN not counted; +∞ and −∞ where there is none.
  static func columnExtremes(_ x: Tensor) -> (low: Tensor, high: Tensor) {
    let (rows, cols) = matrix(x)
    let low = Tensor(repeating: .infinity, shape: [cols])
    let high = Tensor(repeating: -.infinity, shape: [cols])
    unsafe table.column_extremes(rows, cols, x.pointer, low.pointer, high.pointer)
    return (low, high)
  }

  /// Σ over rows and pairs of exp(−rate d), and its gradients with respect to x and m when asked for.
  ///
  /// Each thread sums its rows, and the threads' sums are added in order.
  static func pairSimilarities(
    _ x: Tensor, _ m: Tensor, rate: Float, gradients: (dx: Tensor, dm: Tensor)?
  ) -> Double {
    let (rows, rank) = matrix(x)
    // About as dear as 8 elements of other operations.
    let parts = parts(of: rows, grain: max(16, grain / 4 / max(1, rank * rank)))
    let totals = Tensor.zeros([parts.count])
    let slopes = Tensor.zeros([parts.count, rank, rank])
    Workers.run(parts.count) { index in
      let scratch = Tensor(uninitialized: [16 * rank * (rank + 4)])
      let i = parts[index].lowerBound * rank
      unsafe totals.pointer[index] = table.pair_similarities(
        parts[index].count, rank, x.pointer + i, m.pointer, rate,
        gradients.map { unsafe $0.dx.pointer + i },
        gradients.map { _ in unsafe slopes.pointer + index * rank * rank }, scratch.pointer)
    }
    if let dm = gradients?.dm {
      fill(dm, with: 0)
      addColumnSums(of: slopes.reshaped([parts.count, rank * rank]), to: dm)
    }
    return totals.values.reduce(0) { $0 + Double($1) }
  }

  /// `0 ..< rows` in at most one range a thread, each starting at a multiple of 16.
  static func parts(of rows: Int, grain: Int) -> [Range<Int>] {
    guard rows > 0 else { return [] }
    let wanted = min(Workers.count, max(1, rows / grain))
    let length = ((rows + wanted - 1) / wanted + 15) / 16 * 16
    return stride(from: 0, to: rows, by: length).map { $0..<min(rows, $0 + length) }
  }
}
