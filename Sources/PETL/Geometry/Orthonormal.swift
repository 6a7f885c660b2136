extension RandomGenerator {
  /// The next matrix with orthonormal columns, or rows where it is wider than tall: uniform among them.
  ///
  /// The Q of a Gaussian matrix, signs fixed so that R's diagonal is positive (Mezzadri, 2007), as
  /// PyTorch's `orthogonal_`.
  ///
  /// - Returns: [rows, columns].
  public mutating func orthonormal(_ rows: Int, _ columns: Int) -> Tensor {
    let (n, r) = (max(rows, columns), min(rows, columns))
    let gaussian = normal(n * r).map(Double.init)
    let q = DoubleMatrix(gaussian, rows: n, columns: r).qr().q
    return (rows < columns ? q.transposed : q).tensor
  }
}
