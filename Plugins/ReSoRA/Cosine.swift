import PETL

/// Pairwise, cosine. The paper's measure by name (known from its abstract/summary); reconstruction:
///
///     meanₓ |cos(Δhᵢ(x), Δhⱼ(x))|^p = τᵢⱼ |κᵢⱼ|^p
///
/// where κᵢⱼ is the cosine of bᵢ and bⱼ and τᵢⱼ the fraction of tokens where both coefficients are
/// not zero. Absolute value, exponent, and tokens or the batch are our choice.
extension ReSoRA {
  func cosine(_ subspaces: Subspaces) -> Tensor {
    let kappa = subspaces.basisGram.correlation()
    switch options.over {
    case .tokens: return pairMean(shares(subspaces), kappa)
    case .batch: return pairMean(subspaces.coefficientGram.correlation(), kappa)
    }
  }

  /// τᵢⱼ, or with `signed` the mean of sign(sᵢ sⱼ): piecewise constant, so it has no gradient.
  private func shares(_ subspaces: Subspaces) -> Tensor {
    noGradient {
      let signs = subspaces.coefficients.sign()
      return (options.signed ? signs : signs.squared()).gram()
        .scaled(by: 1 / Float(subspaces.tokens))
    }
  }

  /// The mean over pairs of the product of two matrices: f(aᵢⱼ) f(κᵢⱼ) with f the power of the
  /// absolute value; over tokens the shares stand as they are.
  private func pairMean(_ a: Tensor, _ kappa: Tensor) -> Tensor {
    let r = kappa.shape[0]
    let (left, right) = (a.values, kappa.values)
    let (isSigned, isSquared) = (options.signed, options.exponent == 2)
    let raisesLeft = options.over == .batch
    func power(_ x: Float) -> Float { isSigned ? x : isSquared ? x * x : abs(x) }
    func slope(_ x: Float) -> Float {
      if isSigned { return 1 }
      return isSquared ? 2 * x : x > 0 ? 1 : x < 0 ? -1 : x
    }
    let pairs = Double(r * (r - 1) / 2)
    var total = 0.0
    for i in 0..<r {
      for j in (i + 1)..<max(r, i + 1) {
        let weight = raisesLeft ? power(left[i * r + j]) : left[i * r + j]
        total += Double(weight * power(right[i * r + j]))
      }
    }
    return .custom(from: [a, kappa], result: Tensor(Float(total / pairs))) { gradient in
      // Both matrices are symmetric: each of the two entries takes half.
      let scale = gradient.item / Float(2 * pairs)
      var (da, dk) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
      for k in 0..<r * r where k / r != k % r {
        let weight = raisesLeft ? power(left[k]) : left[k]
        dk[k] = scale * weight * slope(right[k])
        if raisesLeft { da[k] = scale * slope(left[k]) * power(right[k]) }
      }
      return [raisesLeft ? Tensor(da, shape: [r, r]) : nil, Tensor(dk, shape: [r, r])]
    }
  }
}
