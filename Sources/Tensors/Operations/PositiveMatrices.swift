/// Symmetric positive matrices, small ones: the work is in 64 bits, by LAPACK. A matrix that is not positive
/// gives NaN, which training reports as divergence.
extension Tensor {
  /// The lower triangular L with A = L Lᵀ of symmetric positive matrices; A is taken as its symmetric part.
  ///
  /// - Returns: [..., n, n]; all NaN where A is not positive. This tensor is A, [..., n, n].
  public func cholesky() -> Tensor {
    let stack = MatrixStack(symmetricPartOf: self)
    let n = shape[rank - 1]
    let factors = stack.matrices.map { $0.cholesky() }
    let y = stack.tensor(factors, rows: n, columns: n)
    return .operation(y, [node]) { [node] dy, sink in
      // With Φ the lower triangle of Lᵀ dL and half its diagonal: dA = sym(L⁻ᵀ Φ L⁻¹).
      let slopes = zip(factors, MatrixStack(dy).matrices).map { l, dl in
        var phi = l.times(dl, transposingSelf: true)
        for i in 0..<n {
          phi[i, i] *= 0.5
          for j in (i + 1)..<max(n, i + 1) { phi[i, j] = 0 }
        }
        let inverse = l.inverse()
        return (inverse.times(phi, transposingSelf: true) * inverse).symmetricPart
      }
      sink.add(stack.tensor(slopes, rows: n, columns: n), to: node)
    }
  }

  /// log det A of symmetric positive matrices; A is taken as its symmetric part.
  ///
  /// - Returns: [...], a scalar of one matrix; NaN where A is not positive. This tensor is A, [..., n, n].
  public func logDeterminant() -> Tensor {
    let stack = MatrixStack(symmetricPartOf: self)
    let n = shape[rank - 1]
    let logs = stack.matrices.map { matrix in
      2 * matrix.cholesky().diagonal.reduce(0) { $0 + ($1.isNaN ? $1 : logarithm($1)) }
    }
    let y = Tensor(logs.map { Float($0) }, shape: stack.leading)
    return .operation(y, [node]) { [node] dy, sink in
      let slopes = zip(stack.matrices, dy.values).map { Double($1) * $0.inverse() }
      sink.add(stack.tensor(slopes, rows: n, columns: n), to: node)
    }
  }

  /// The inverse of square matrices, which need not be symmetric.
  ///
  /// - Returns: [..., n, n]; all NaN where there is none. This tensor is [..., n, n].
  public func inverse() -> Tensor {
    require(
      rank >= 2 && shape[rank - 1] == shape[rank - 2], "\(shape) is no square matrix.")
    let stack = MatrixStack(self)
    let n = shape[rank - 1]
    let inverses = stack.matrices.map { $0.inverse() }
    let y = stack.tensor(inverses, rows: n, columns: n)
    return .operation(y, [node]) { [node] dy, sink in
      let slopes = zip(inverses, MatrixStack(dy).matrices).map { x, dx in
        -1 * x.times(dx, transposingSelf: true).times(x, transposingOther: true)
      }
      sink.add(stack.tensor(slopes, rows: n, columns: n), to: node)
    }
  }

  /// The diagonal of a matrix, from the upper left.
  ///
  /// - Returns: [the smaller of rows and columns]. This tensor is [rows, columns].
  public func diagonal() -> Tensor {
    require(rank == 2, "A diagonal is of a matrix, not of shape \(shape).")
    let count = min(shape[0], shape[1])
    return reshaped([-1]).gathered((0..<count).map { $0 * (shape[1] + 1) })
  }
}
