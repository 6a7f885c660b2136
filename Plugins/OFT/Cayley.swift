import PETL

/// Rotations R of skew-symmetric matrices Q, as the differences R − I.
enum Cayley {
  /// R − I with R = (I − Q)(I + Q)⁻¹, the exact transform: −2 Q (I + Q)⁻¹.
  ///
  /// - Parameter q: [blocks, n, n], skew-symmetric.
  /// - Returns: [blocks, n, n].
  static func exact(_ q: Tensor) -> Tensor {
    let n = q.shape[q.rank - 1]
    return q.matmul((q + DoubleMatrix(identity: n).tensor).inverse()).scaled(by: -2)
  }

  /// R − I with R = I + 2 Q + 2 Q² + … + Qᵐ, PEFT's `use_cayley_neumann`: the first powers of
  /// (I + Q)(I − Q)⁻¹, which is the transpose of the exact transform.
  ///
  /// PEFT's number of terms is m + 1 from 4 on; 3 terms are the same as 4, and 2 are I + 2 Q.
  ///
  /// - Parameters:
  ///   - q: [blocks, n, n], skew-symmetric.
  ///   - terms: At least 2.
  /// - Returns: [blocks, n, n].
  static func neumann(_ q: Tensor, terms: Int) -> Tensor {
    let first = q.scaled(by: 2)
    guard terms > 2 else { return first }
    let last = max(4, terms) - 1
    var power = q
    var sum = first
    for exponent in 2...last {
      power = power.matmul(q)
      sum = sum + (exponent < last ? power.scaled(by: 2) : power)
    }
    return sum
  }
}
