extension Tensor {
  /// Overwrites rows of each of several matrices in place: every tensor that shares the memory sees them.
  ///
  /// - Parameters:
  ///   - new: [matrices, new rows, width]. This tensor is [matrices, rows, width].
  ///   - counts: how many of the first new rows of each matrix are taken.
  ///   - starts: the row of each matrix that the first is written to.
  package func write(_ new: Tensor, rows counts: [Int], at starts: [Int]) {
    require(
      rank == 3 && new.rank == 3 && shape[0] == new.shape[0] && shape[2] == new.shape[2]
        && counts.count == shape[0] && starts.count == shape[0]
        && zip(counts, starts).allSatisfy {
          0...new.shape[1] ~= $0 && $1 >= 0 && $0 + $1 <= shape[1]
        },
      "\(counts) rows of \(new.shape) do not fit \(shape) at \(starts).")
    let width = shape[2]
    for (matrix, (count, start)) in zip(counts, starts).enumerated() where count > 0 {
      Kernels.copy(
        shape: [count, width], from: new, offset: matrix * new.shape[1] * width,
        strides: [width, 1], to: self, targetOffset: (matrix * shape[1] + start) * width,
        strides: [width, 1])
    }
  }
}
