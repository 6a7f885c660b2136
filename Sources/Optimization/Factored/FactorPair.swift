import PETL

/// The two factors of a linear adapter, ΔW = c BᵀA, that a rule moves together.
public struct FactorPair {
  /// The site's name.
  public let name: String
  /// A, [r, in].
  public let directions: Parameter
  /// B, [r, out].
  public let basis: Parameter

  /// Makes a pair.
  public init(name: String, directions: Parameter, basis: Parameter) {
    (self.name, self.directions, self.basis) = (name, directions, basis)
  }

  /// The gradients of both, in 64 bits; nil where the loss does not depend on them.
  func slopes(_ gradients: Gradients, scale: Double) -> (a: DoubleMatrix, b: DoubleMatrix)? {
    guard let a = gradients[directions.value], let b = gradients[basis.value] else { return nil }
    return (scale * DoubleMatrix(a), scale * DoubleMatrix(b))
  }

  /// Overwrites both factors.
  func assign(_ a: DoubleMatrix, _ b: DoubleMatrix) {
    directions.update(to: a.tensor)
    basis.update(to: b.tensor)
  }

  /// Whether ΔW is zero or as good as singular, so that its tangent space says nothing.
  var isSingular: Bool {
    func ratio(_ x: Tensor) -> Double {
      let rows = DoubleMatrix(x)
      let eigenvalues = rows.times(rows, transposingOther: true).symmetricEigen().values
      guard let top = eigenvalues.last, top > 0 else { return 0 }
      return (eigenvalues.first ?? 0) / top
    }
    return min(ratio(directions.value), ratio(basis.value)) < 1e-12
  }
}

extension AdapterSet {
  /// The factors of all adapters that have them as parameters of their own.
  package var factorPairs: [FactorPair] {
    entries.compactMap { entry in
      (entry.adapter as? any SubspaceDecomposable)?.factorParameters.map {
        FactorPair(name: entry.site.name, directions: $0.directions, basis: $0.basis)
      }
    }
  }
}
