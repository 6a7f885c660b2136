/// The coefficients of a site in all parts of a batch.
///
/// Gram matrices are sums over the parts of what each part tells of its own. The coefficients themselves are brought
/// together only if somebody asks for them.
final class JoinedCoefficients: CoefficientSource {
  private unowned let batch: JoinedBatch
  private let place: Int
  private let statistics: SiteStatistics
  private let remainderWidth: Int?

  init(
    _ batch: JoinedBatch, place: Int, _ statistics: SiteStatistics, remainderWidth: Int?
  ) {
    (self.batch, self.place, self.statistics) = (batch, place, statistics)
    self.remainderWidth = remainderWidth
  }

  private(set) lazy var coefficients: Tensor = batch.join(
    rows: batch.coefficients[place], width: statistics.mean.count
  ) { [place] in $0.subspaces(place).coefficients }

  private(set) lazy var remainder: Tensor? = remainderWidth.map { width in
    batch.join(width: width) { [place] in $0.subspaces(place).remainder?.coefficients }
  }

  private lazy var plain = joinedGram(centered: false)
  private lazy var centered = joinedGram(centered: true)

  func gram() -> Tensor { plain }
  func centeredGram() -> Tensor { centered }

  /// With Γ the gradient of the matrix, a part's is (S − 1 meanᵀ)(Γ + Γᵀ), the mean being that of the batch.
  private func joinedGram(centered: Bool) -> Tensor {
    let mean = Tensor(statistics.mean.map { Float($0) }, shape: [1, statistics.mean.count])
    return batch.join(
      JoinedTensor(
        statistics.gram(centered: centered),
        source: { [place] in $0.subspaces(place).coefficients }
      ) { gradient, _, s in
        (centered ? s - mean : s).matmul(gradient + gradient.transposed())
      })
  }
}
