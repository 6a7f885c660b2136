/// The r × r matrices of subspaces that hold ρ rank-one maps each, from the Gram matrices of the single maps.
///
/// With Gᵢⱼ and Mᵢⱼ the ρ × ρ blocks of G = SᵀS and M = BBᵀ (our derivation, docs/mathematics.md):
/// ⟨ΔHᵢ, ΔHⱼ⟩ = Σ Gᵢⱼ ∘ Mᵢⱼ and ‖ΔHᵢᵀΔHⱼ‖² = tr(Mᵢᵢ Gᵢⱼ Mⱼⱼ Gⱼᵢ).
extension Subspaces {
  /// ⟨ΔHᵢ, ΔHⱼ⟩, [r, r], up to factors that `correlation()` takes off where `isNormalized`.
  ///
  /// - Parameter isNormalized: whether each map is divided by its size first, without a gradient: a
  ///   measure that does not depend on sizes then keeps its numbers in range.
  /// - Returns: symmetric.
  public func innerProducts(isNormalized: Bool = false) -> Tensor {
    let (g, m) = blocks(coefficientGram, isNormalized)
    return sums(g * m)
  }

  /// ‖ΔHᵢᵀΔHⱼ‖² / (‖ΔHᵢᵀΔHᵢ‖ ‖ΔHⱼᵀΔHⱼ‖), [r, r]: ρᵢⱼ² of single maps, 1 of equal subspaces.
  ///
  /// That it is normalised like this, as linear CKA, is our choice.
  ///
  /// - Parameter centered: whether the mean over tokens is taken off the coefficients.
  /// - Returns: symmetric, 0 with a subspace that vanishes.
  public func alignment(centered: Bool) -> Tensor {
    let (g, m) = blocks(centered ? centeredCoefficientGram : coefficientGram, true)
    let own = m * blockMask
    return sums(own.matmul(g).matmul(own) * g).correlation()
  }

  /// Which entries belong to a block on the diagonal, [r ρ, r ρ].
  private var blockMask: Tensor {
    let n = basis.shape[0]
    return Tensor(
      (0..<n * n).map { $0 / n / dimension == $0 % n / dimension ? 1 : 0 }, shape: [n, n])
  }

  /// The sums over ρ × ρ blocks, [r, r].
  private func sums(_ x: Tensor) -> Tensor {
    x.reshaped([count, dimension, count, dimension]).sum(over: [1, 3])
  }

  /// G and M, divided by the sizes of the subspaces' coefficients and bases where wanted.
  private func blocks(_ gram: Tensor, _ isNormalized: Bool) -> (g: Tensor, m: Tensor) {
    guard isNormalized else { return (gram, basisGram) }
    func scaled(_ x: Tensor) -> Tensor {
      let n = basis.shape[0]
      let values = x.values
      let factors = (0..<n).map { row -> Float in
        let first = row / dimension * dimension
        let norm = (first..<first + dimension).reduce(Float(0)) { $0 + values[$1 * n + $1] }
          .squareRoot()
        return norm <= Tensor.deadNorm ? 0 : 1 / norm
      }
      return x * Tensor(factors, shape: [1, n]) * Tensor(factors, shape: [n, 1])
    }
    return (scaled(gram), scaled(basisGram))
  }
}
