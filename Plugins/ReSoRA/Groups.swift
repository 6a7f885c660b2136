import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Subspaces of several dimensions, in closed form; our extension of the measures (`GroupedGrams`).
///
/// linear: (‖ΔHᵢᵀΔHⱼ‖ / √(‖ΔHᵢᵀΔHᵢ‖ ‖ΔHⱼᵀΔHⱼ‖))^p. cosine: |⟨ΔHᵢ, ΔHⱼ⟩ / (‖ΔHᵢ‖ ‖ΔHⱼ‖)|^p. euclidean:
/// exp(−β ‖ΔHᵢ − ΔHⱼ‖² / (N d)). Of dimension 1 these are the measures themselves.
extension ReSoRA {
  func groups(_ subspaces: Subspaces) -> Tensor {
    let exponent = Double(options.exponent)
    switch options.measure {
    case .linear:
      return subspaces.alignment(centered: options.centered && options.space == .features)
        .offDiagonalMean(exponent: exponent / 2)
    case .cosine:
      return subspaces.innerProducts(isNormalized: true).correlation()
        .offDiagonalMean(exponent: exponent)
    case .euclidean: return distances(subspaces)
    case .nonlinear, .auto:
      stopProgram("These measures compare rank-one maps; ask objection(to:) first.")
    }
  }

  /// The mean over pairs of exp(−rate (Fᵢᵢ + Fⱼⱼ − 2 Fᵢⱼ)), F the inner products.
  private func distances(_ subspaces: Subspaces) -> Tensor {
    let products = subspaces.innerProducts()
    let r = subspaces.count
    let f = products.values.map(Double.init)
    let rate = options.beta / Double(subspaces.tokens * subspaces.basis.shape[1])
    let pairs = Double(subspaces.pairCount)
    var total = 0.0
    var slopes = [Double](repeating: 0, count: r * r)
    for i in 0..<r {
      for j in (i + 1)..<max(r, i + 1) {
        let square = f[i * (r + 1)] + f[j * (r + 1)] - 2 * f[i * r + j]
        let similarity = exp(-rate * (square < 0 ? 0 : square))
        total += similarity
        // Each of the two equal entries Fᵢⱼ takes one of the two.
        let slope = square < 0 ? 0 : -rate * similarity / pairs
        slopes[i * (r + 1)] += slope
        slopes[j * (r + 1)] += slope
        slopes[i * r + j] -= slope
        slopes[j * r + i] -= slope
      }
    }
    return .custom(from: [products], result: Tensor(Float(total / pairs))) { gradient in
      let scale = Double(gradient.item)
      return [Tensor(slopes.map { Float(scale * $0) }, shape: [r, r])]
    }
  }
}
