import PETL

/// A matrix of rank r, X = U diag(σ) Vᵀ, with what a step on the manifold of such matrices needs.
///
/// Everything is [n, r] or [2 r, 2 r]: X itself is never formed.
struct FixedRankPoint {
  /// U, [out, r].
  let u: DoubleMatrix
  /// σ, falling.
  let sigma: [Double]
  /// V, [in, r].
  let v: DoubleMatrix

  /// The best approximation of rank r to left · rightᵀ: two thin QRs and one small SVD.
  init(left: DoubleMatrix, right: DoubleMatrix, rank: Int) {
    let (q1, r1) = left.tallQR()
    let (q2, r2) = right.tallQR()
    let svd = r1.times(r2, transposingOther: true).singularValues()
    let kept = 0..<min(rank, svd.values.count)
    u = q1 * svd.left.columns(kept)
    v = q2 * svd.rightTransposed.transposed.columns(kept)
    sigma = Array(svd.values[kept])
  }

  /// The point BᵀA.
  init(_ a: DoubleMatrix, _ b: DoubleMatrix) {
    self.init(left: b.transposed, right: a.transposed, rank: a.rows)
  }

  /// The balanced factors A = diag(√σ) Vᵀ and B = diag(√σ) Uᵀ.
  var factors: (a: DoubleMatrix, b: DoubleMatrix) {
    let roots = sigma.map { $0.squareRoot() }
    return (v.scalingColumns(by: roots).transposed, u.scalingColumns(by: roots).transposed)
  }

  /// UᵀG and GV of the gradient G of X, from those of the factors, dA = B G and dB = A Gᵀ.
  ///
  /// - Parameters:
  ///   - a: A, [r, in], and b: B, [r, out], of this very point.
  ///   - b: see a.
  ///   - slopes: of A and B.
  /// - Returns: least squares where a factor has not full rank: a direction that is not there gets no
  ///   slope.
  func projections(
    _ a: DoubleMatrix, _ b: DoubleMatrix, _ slopes: (a: DoubleMatrix, b: DoubleMatrix)
  ) -> (uG: DoubleMatrix, gV: DoubleMatrix) {
    // B = (B U) Uᵀ, so that dA = (B U) UᵀG; likewise dB = (A V)(G V)ᵀ.
    ((b * u).leastSquares(slopes.a), (a * v).leastSquares(slopes.b).transposed)
  }

  /// P_T(Z) = U UᵀZ + Z V Vᵀ − U UᵀZ V Vᵀ as left · rightᵀ, from UᵀZ, [r, in], and Z V, [out, r].
  func tangent(_ uZ: DoubleMatrix, _ zV: DoubleMatrix) -> (left: DoubleMatrix, right: DoubleMatrix)
  {
    let beyond = zV - u * (uZ * v)
    return (u.beside(beyond), uZ.transposed.beside(v))
  }
}

extension DoubleMatrix {
  /// A thin QR; of a matrix with more columns than rows, the identity and itself.
  func tallQR() -> (DoubleMatrix, DoubleMatrix) {
    rows >= columns ? qr() : (DoubleMatrix(identity: rows), self)
  }
}
