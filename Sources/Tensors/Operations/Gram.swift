extension Tensor {
  /// The Gram matrix XᵀX of the columns, optionally centred: with X − mean over rows in place of X.
  ///
  /// The centred form is computed from centred columns, not by subtracting from the plain one, which
  /// would cancel.
  ///
  /// - Parameter centered: true for the scatter matrix (rows times the covariance).
  /// - Returns: [columns, columns]. This tensor is X, [rows, columns].
  public func gram(centered: Bool = false) -> Tensor {
    require(rank == 2, "A Gram matrix is of a matrix, not of shape \(shape).")
    let columns = shape[1]
    let g = Tensor(uninitialized: [columns, columns])
    let mean = Tensor(uninitialized: [columns])
    Kernels.gram(self, centered: centered, mean: mean, into: g)
    let x = detached()
    return .operation(g, [node]) { [node] dg, sink in
      // With Γ the gradient: dX = (X − 1 meanᵀ)(Γ + Γᵀ).
      let symmetric = dg + dg.transposed()
      let shift = mean.reshaped([1, columns]).matmul(symmetric).scaled(by: -1)
      sink.accumulate(to: node) { dx, adding in
        Kernels.thinUp(x, symmetric, into: .init(dx), adding: adding)
        if centered { Kernels.addToRows(of: dx, shift) }
      }
    }
  }
}
