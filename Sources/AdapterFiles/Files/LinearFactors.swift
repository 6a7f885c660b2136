import PETL

/// Factors of a linear change.
enum LinearFactors {
  /// The same change with as many rank-one maps as a matrix of its size needs at most: factors of a higher rank
  /// become their product and an identity.
  ///
  /// - Parameters:
  ///   - directions: A, [r, in].
  ///   - basis: B, [r, out].
  /// - Returns: Factors of the same product, of a rank of at most the smaller of in and out.
  static func fitting(
    _ directions: Tensor, _ basis: Tensor
  ) -> (directions: Tensor, basis: Tensor) {
    let (inputs, outputs) = (directions.shape[1], basis.shape[1])
    guard directions.shape[0] > min(inputs, outputs) else { return (directions, basis) }
    return noGradient {
      inputs <= outputs
        ? (
          DoubleMatrix(identity: inputs).tensor, directions.matmul(basis, transposingSelf: true)
        )
        : (
          basis.matmul(directions, transposingSelf: true), DoubleMatrix(identity: outputs).tensor
        )
    }
  }
}
