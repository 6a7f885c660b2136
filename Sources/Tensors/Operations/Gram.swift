extension Tensor {
  /// The Gram matrix XᵀX of the columns, optionally centred: with X − mean over rows in place of X.
  ///
  /// The centred form is computed from the centred columns, not by subtracting from the plain one,
  /// which would cancel.
  ///
  /// - Parameter centered: true for the scatter matrix (rows times the covariance).
  /// - Returns: [columns, columns]. This tensor is X, [rows, columns].
  public func gram(centered: Bool = false) -> Tensor {
    precondition(rank == 2, "A Gram matrix is of a matrix, not of shape \(shape).")
    let x = centered ? Kernels.centeredColumns(self) : detached()
    let g = Tensor(uninitialized: [shape[1], shape[1]])
    Kernels.thinGradient(x, .init(x), into: g)
    // With Γ the gradient: dX = X (Γ + Γᵀ); its columns sum to zero by themselves when X's do.
    return .operation(g, [node]) { [node] dg, sink in
      let symmetric = dg + dg.transposed()
      sink.accumulate(to: node) { dx, adding in
        Kernels.thinUp(x, symmetric, into: .init(dx), adding: adding)
      }
    }
  }
}

extension Kernels {
  /// x − mean over rows, for each column.
  static func centeredColumns(_ x: Tensor) -> Tensor {
    let (rows, cols) = matrix(x)
    let mean = Tensor.zeros([cols])
    addColumnSums(of: x, to: mean)
    scale(mean, by: -1 / Float(max(1, rows)), into: mean)
    let y = Tensor(uninitialized: x.shape)
    fillRows(of: y, with: mean)
    add(x, scaledBy: 1, to: y)
    return y
  }
}
