import PETL

/// Pairwise, Euclidean. That distances are scaled by a β is the paper's (known from its
/// abstract/summary); reconstruction, with d the width of the output:
///
///     meanₓ exp(−β ‖Δhᵢ(x) − Δhⱼ(x)‖² / d)
///
/// The exponential, the division by d, and tokens or the batch are our choice. Nothing is divided by
/// a norm here: two maps that vanish are equal, and their similarity is 1.
extension ReSoRA {
  func euclidean(_ subspaces: Subspaces) -> Tensor {
    switch options.over {
    case .tokens: tokenDistances(subspaces)
    case .batch: batchDistances(subspaces)
    }
  }

  /// Token by token: ‖Δhᵢ − Δhⱼ‖² = sᵢ² Mᵢᵢ + sⱼ² Mⱼⱼ − 2 sᵢ sⱼ Mᵢⱼ.
  private func tokenDistances(_ subspaces: Subspaces) -> Tensor {
    subspaces.coefficients.meanPairSimilarity(
      gram: subspaces.basisGram, rate: Float(options.beta / Double(subspaces.basis.shape[1])))
  }

  /// The batch as one vector: exp(−β D²ᵢⱼ / (N d)).
  ///
  /// D²ᵢⱼ = GᵢᵢMᵢᵢ + GⱼⱼMⱼⱼ − 2 GᵢⱼMᵢⱼ cancels where maps are alike, so it is formed in 64 bits.
  private func batchDistances(_ subspaces: Subspaces) -> Tensor {
    let (gram, basisGram) = (subspaces.coefficientGram, subspaces.basisGram)
    let r = subspaces.count
    let g = gram.values.map(Double.init)
    let m = basisGram.values.map(Double.init)
    let rate = options.beta / Double(subspaces.tokens * subspaces.basis.shape[1])
    let pairs = Double(subspaces.pairCount)
    // W: the slope of the mean with respect to D²ᵢⱼ, symmetric.
    var slopes = [Double](repeating: 0, count: r * r)
    var total = 0.0
    for i in 0..<r {
      for j in (i + 1)..<max(r, i + 1) {
        let (ii, jj, ij) = (i * (r + 1), j * (r + 1), i * r + j)
        let square = g[ii] * m[ii] + g[jj] * m[jj] - 2 * g[ij] * m[ij]
        // Below 0 by rounding only; a NaN must show.
        let similarity = exponential(-rate * (square < 0 ? 0 : square))
        total += similarity
        slopes[ij] = square < 0 ? 0 : -rate * similarity / pairs
        slopes[j * r + i] = slopes[ij]
      }
    }
    return .custom(from: [gram, basisGram], result: Tensor(Float(total / pairs))) { gradient in
      // dGᵢᵢ = Mᵢᵢ Σⱼ Wᵢⱼ and dGᵢⱼ = −Wᵢⱼ Mᵢⱼ for each of the two entries; the same with M for G.
      let scale = Double(gradient.item)
      var (dg, dm) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
      for i in 0..<r {
        let row = slopes[i * r..<(i + 1) * r].reduce(0, +)
        for j in 0..<r {
          let w = i == j ? row : -slopes[i * r + j]
          dg[i * r + j] = Float(scale * w * m[i * r + j])
          dm[i * r + j] = Float(scale * w * g[i * r + j])
        }
      }
      return [Tensor(dg, shape: [r, r]), Tensor(dm, shape: [r, r])]
    }
  }
}
