import PETL

/// What regularizers of factors have in common.
extension WeightOrthogonality.Factors {
  /// Those of two that are chosen, the directions first.
  func select<Factor>(_ directions: Factor, _ basis: Factor) -> [Factor] {
    switch self {
    case .both: [directions, basis]
    case .directions: [directions]
    case .basis: [basis]
    }
  }

  /// The factors of subspaces that are chosen, [r, in] or [r, out].
  func rows(of subspaces: Subspaces) -> [Tensor] {
    select(subspaces.directions, subspaces.basis).compactMap { $0 }
  }

  /// That there are no input directions where they are asked for.
  func objection(to sites: [SiteTraits]) -> String? {
    objection(hasDirections: sites.allSatisfy { $0.subspaces?.hasDirections == true })
  }

  /// That there are no input directions where they are asked for.
  func objection(hasDirections: Bool) -> String? {
    self == .basis || hasDirections
      ? nil : "the adapter is not linear and has no input directions; use of: basis"
  }
}

extension Tensor {
  /// The cosines of rows, [r, r'], without a gradient; 0 with a row of zeros.
  func cosines(with other: Tensor) -> Tensor {
    noGradient {
      func units(_ x: Tensor) -> Tensor {
        x / (x.squared().sum(over: [1], keepingAxes: true) + 1e-30).sqrt()
      }
      return units(self).matmul(units(other), transposingOther: true)
    }
  }

  /// √x of a scalar of at least 0; 0 without a gradient at 0, where the slope has no end.
  var rootOrZero: Tensor { item <= 0 ? scaled(by: 0) : sqrt() }
}
