/// msign(Y) = Y (YᵀY)^(−1/2) by Newton–Schulz: every singular value moves towards 1, those of 0 stay.
///
/// One step is Y ← Y (a I + b YᵀY + c (YᵀY)²). All steps share the right singular vectors, so they are
/// taken on r × r matrices in 64 bits and multiplied into one; Y is read twice.
///
/// The schedule is our choice. Five steps with Muon's coefficients (Jordan et al., 2024), which raise
/// small singular values fast but leave all between 0.7 and 1.2, then four of (15 x − 10 x³ + 3 x⁵) / 8,
/// which converge with order three. A singular value of at least 1e-3 of the Frobenius norm ends within
/// 1e-6 of 1; one far smaller ends below 1.
enum MatrixSign {
  /// a, b and c of each step.
  static let schedule: [(Double, Double, Double)] =
    Array(repeating: (3.4445, -4.775, 2.0315), count: 5)
    + Array(repeating: (1.875, -1.25, 0.375), count: 4)

  /// msign of a matrix [n, r]; zero for a matrix of zeros.
  static func of(_ y: DoubleMatrix) -> DoubleMatrix {
    let norm = y.frobeniusNorm
    guard norm > 0 else { return y }
    let identity = DoubleMatrix(identity: y.columns)
    var gram = (1 / (norm * norm)) * y.times(y, transposingSelf: true)
    var total = (1 / norm) * identity
    for (a, b, c) in schedule {
      let factor = a * identity + b * gram + c * (gram * gram)
      total = total * factor
      // Polynomials of one symmetric matrix commute.
      gram = (gram * factor * factor).symmetricPart
    }
    return y * total
  }
}
