import COpenBLAS

// As in DoubleMatrix+Factorizations.swift, what does not exist is NaN.

extension DoubleMatrix {
  /// The lower triangular L with A = L Lᵀ of a symmetric positive matrix, whose lower triangle is read; all
  /// NaN where the matrix is not positive.
  public func cholesky() -> DoubleMatrix {
    require(rows == columns, "\(rows) × \(columns) is not square.")
    guard rows > 0 else { return self }
    var (a, n, info) = (elements, Int32(rows), Int32(isFinite ? 0 : 1))
    GEMM.setUp()
    // The upper triangle by columns is the lower one by rows.
    if info == 0 { unsafe dpotrf_("U", &n, &a, &n, &info, 1) }
    guard info == 0 else { return notANumber }
    for i in 0..<rows { for j in (i + 1)..<max(rows, i + 1) { a[i * rows + j] = 0 } }
    return DoubleMatrix(a, rows: rows, columns: columns)
  }

  /// The inverse of a square matrix; all NaN where it has none.
  public func inverse() -> DoubleMatrix {
    require(rows == columns, "\(rows) × \(columns) is not square.")
    guard rows > 0 else { return self }
    // (Aᵀ)⁻¹ by columns is A⁻¹ by rows.
    var (a, b) = (elements, DoubleMatrix(identity: rows).elements)
    var (n, count, info) = (Int32(rows), Int32(rows), Int32(isFinite ? 0 : 1))
    var pivots = [Int32](repeating: 0, count: rows)
    GEMM.setUp()
    if info == 0 { unsafe dgesv_(&n, &count, &a, &n, &pivots, &b, &n, &info) }
    let result = DoubleMatrix(b, rows: rows, columns: columns)
    return info == 0 && result.isFinite ? result : notANumber
  }

  private var notANumber: DoubleMatrix {
    DoubleMatrix([Double](repeating: .nan, count: elements.count), rows: rows, columns: columns)
  }
}
