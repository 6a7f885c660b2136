import COpenBLAS

// LAPACK reads columns first: what is A here is Aᵀ there. Each routine below is chosen so that no
// matrix has to be turned round for it.
//
// Numbers come from files and from training, so none of them stops the program: of a matrix that is
// not finite, and where an iteration does not converge, every number of the result is NaN.

extension DoubleMatrix {
  /// The thin singular value decomposition A = U diag(σ) Vᵀ, σ falling.
  public struct SingularValues: Sendable {
    /// U, [rows, k], with k the smaller of rows and columns; columns orthonormal.
    public let left: DoubleMatrix
    /// σ, k of them, the largest first.
    public let values: [Double]
    /// Vᵀ, [k, columns]; rows orthonormal.
    public let rightTransposed: DoubleMatrix
  }

  /// Whether every element is a finite number.
  public var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  /// The thin singular value decomposition, of k = min(rows, columns) values; all NaN where there is none in
  /// finite numbers.
  public func singularValues() -> SingularValues {
    let k = min(rows, columns)
    var (a, s) = (elements, [Double](repeating: 0, count: k))
    var u = [Double](repeating: 0, count: k * columns)
    var vt = [Double](repeating: 0, count: rows * k)
    var (m, n, kk, info) = (Int32(columns), Int32(rows), Int32(k), Int32(0))
    guard k > 0 else {
      return SingularValues(
        left: DoubleMatrix(vt, rows: rows, columns: 0), values: [],
        rightTransposed: DoubleMatrix(u, rows: 0, columns: columns))
    }
    var integers = [Int32](repeating: 0, count: 8 * k)
    // LAPACK reports elements that are not finite, or works on them without an end.
    if !isFinite { info = 1 }
    let isDone = unsafe Self.withWork(unless: info != 0) { work, size in
      unsafe dgesdd_("S", &m, &n, &a, &m, &s, &u, &m, &vt, &kk, work, &size, &integers, &info, 1)
    }
    if !isDone || info != 0 || !s.allSatisfy(\.isFinite) {
      (vt, s, u) = (Self.nan(vt.count), Self.nan(s.count), Self.nan(u.count))
    }
    return SingularValues(
      left: DoubleMatrix(vt, rows: rows, columns: k), values: s,
      rightTransposed: DoubleMatrix(u, rows: k, columns: columns))
  }

  /// The thin QR decomposition of a matrix with at least as many rows as columns: Q with
  /// orthonormal columns, R upper triangular with a diagonal of at least 0; all NaN where there is none
  /// in finite numbers.
  public func qr() -> (q: DoubleMatrix, r: DoubleMatrix) {
    require(rows >= columns, "A thin QR wants rows ≥ columns, not \(rows) × \(columns).")
    guard columns > 0 else { return (self, DoubleMatrix(identity: 0)) }
    var (a, tau) = (elements, [Double](repeating: 0, count: columns))
    var (m, n, info) = (Int32(columns), Int32(rows), Int32(isFinite ? 0 : 1))
    let isReduced = unsafe Self.withWork(unless: info != 0) { work, size in
      unsafe dgelqf_(&m, &n, &a, &m, &tau, work, &size, &info)
    }
    var r = DoubleMatrix(zerosOfRows: columns, columns: columns)
    for i in 0..<columns { for j in i..<columns { r[i, j] = a[i * columns + j] } }
    let isDone = unsafe Self.withWork(unless: !isReduced || info != 0) { work, size in
      unsafe dorglq_(&m, &n, &m, &a, &m, &tau, work, &size, &info)
    }
    guard isDone, info == 0 else {
      return (
        DoubleMatrix(Self.nan(elements.count), rows: rows, columns: columns),
        DoubleMatrix(Self.nan(columns * columns), rows: columns, columns: columns)
      )
    }
    var q = DoubleMatrix(a, rows: rows, columns: columns)
    for j in 0..<columns where r[j, j] < 0 {
      for i in 0..<rows { q[i, j] = -q[i, j] }
      for i in 0..<columns { r[j, i] = -r[j, i] }
    }
    return (q, r)
  }

  /// The eigenvalues of a symmetric matrix, rising, with their eigenvectors in columns; all NaN where
  /// there are none in finite numbers.
  public func symmetricEigen() -> (values: [Double], vectors: DoubleMatrix) {
    require(rows == columns, "\(rows) × \(columns) is not square.")
    guard rows > 0 else { return ([], self) }
    var (a, w) = (elements, [Double](repeating: 0, count: rows))
    var (n, info) = (Int32(rows), Int32(isFinite ? 0 : 1))
    var integers = [Int32](repeating: 0, count: 3 + 5 * rows)
    var integerCount = Int32(integers.count)
    let isDone = unsafe Self.withWork(unless: info != 0) { work, size in
      unsafe dsyevd_("V", "U", &n, &a, &n, &w, work, &size, &integers, &integerCount, &info, 1, 1)
    }
    if !isDone || info != 0 || !w.allSatisfy(\.isFinite) {
      (w, a) = (Self.nan(rows), Self.nan(a.count))
    }
    return (w, DoubleMatrix(a, rows: rows, columns: rows).transposed)
  }

  /// The X of least norm with the least ‖A X − B‖: A⁺B, singular values below 1e-12 of the largest left
  /// out.
  package func leastSquares(_ b: DoubleMatrix) -> DoubleMatrix {
    require(b.rows == rows, "\(rows) × \(columns), \(b.rows) rows.")
    let svd = singularValues()
    let least = (svd.values.first ?? 0) * 1e-12
    let inverse = svd.values.map { $0 > least || $0.isNaN ? 1 / $0 : 0 }
    let projected = svd.left.times(b, transposingSelf: true)
    return svd.rightTransposed.transposed.scalingColumns(by: inverse) * projected
  }

  /// The nearest matrix with orthonormal columns: the polar factor Z (ZᵀZ)^(−1/2).
  public func polarFactor() -> DoubleMatrix {
    let svd = singularValues()
    return svd.left * svd.rightTransposed
  }

  private static func nan(_ count: Int) -> [Double] { [Double](repeating: .nan, count: count) }

  /// Asks a routine how much memory it wants, then calls it with that.
  ///
  /// - Returns: whether it was called: not when that is hopeless, or its sizes do not fit LAPACK's.
  private static func withWork(
    unless isHopeless: Bool, _ body: (UnsafeMutablePointer<Double>, inout Int32) -> Void
  ) -> Bool {
    if isHopeless { return false }
    GEMM.setUp()
    var (answer, size) = (0.0, Int32(-1))
    unsafe body(&answer, &size)
    guard let whole = Int32(exactly: answer.rounded(.up)) else { return false }
    size = max(1, whole)
    var work = [Double](repeating: 0, count: Int(size))
    unsafe body(&work, &size)
    return true
  }
}
