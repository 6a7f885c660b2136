import Checkpoints
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

  /// The same for what a file holds: its rank may be larger than the map, as mlx's is where other maps need it.
  ///
  /// - Parameters:
  ///   - factors: A and B with their scaling.
  ///   - site: The map.
  ///   - rslora: Whether the scaling is alpha / √rank.
  /// - Returns: Factors of the same change with the same scaling.
  static func fitting(
    _ factors: LowRankFactors, at site: AdaptationSite, rslora: Bool
  ) -> LowRankFactors {
    let rank = factors.rank
    guard rank > min(site.inputWidth, site.outputWidth) else { return factors }
    let (a, b) = fitting(
      Tensor(factors.a, shape: [rank, site.inputWidth]),
      Tensor(factors.b, shape: [site.outputWidth, rank]).transposed())
    let quotient = Double(a.shape[0]) / Double(rank)
    return LowRankFactors(
      a: a.values, b: b.transposed().values, rank: a.shape[0],
      alpha: factors.alpha * (rslora ? quotient.squareRoot() : quotient))
  }
}
