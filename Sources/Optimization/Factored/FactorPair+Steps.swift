import PETL

extension FactorPair {
  /// The gradients of both, in 64 bits; nil where the loss does not depend on them.
  func slopes(_ gradients: StepGradients) -> (a: DoubleMatrix, b: DoubleMatrix)? {
    guard let a = gradients.matrix(of: directions), let b = gradients.matrix(of: basis) else {
      return nil
    }
    return (a, b)
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
