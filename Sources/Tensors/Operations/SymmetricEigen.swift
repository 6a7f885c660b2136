extension Tensor {
  /// The eigenvalues and eigenvectors of small symmetric matrices; in 64 bits, by LAPACK.
  ///
  /// A is taken as its symmetric part. The sign of an eigenvector is arbitrary, and so is the basis where
  /// eigenvalues are equal: what is made of the vectors should not depend on it. Then the gradient is right:
  /// differences of eigenvalues below 1e-10 of the largest are taken as no difference, and what would be
  /// divided by them is left out, so that it stays finite.
  ///
  /// - Returns: the eigenvalues, [..., n], rising, and the eigenvectors, [..., n, n], in columns; all NaN
  ///   where there are none in finite numbers. This tensor is A, [..., n, n].
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    let stack = MatrixStack(symmetricPartOf: self)
    let n = shape[rank - 1]
    let found = stack.matrices.map { $0.symmetricEigen() }
    let values = stack.tensor(found.map(\.values), length: n)
    let vectors = stack.tensor(found.map(\.vectors), rows: n, columns: n)
    return (
      .operation(values, [node]) { [node] dy, sink in
        // dA = V diag(dλ) Vᵀ.
        let up = dy.values.map(Double.init)
        let slopes = found.enumerated().map { index, pair in
          pair.vectors.scalingColumns(by: Array(up[index * n..<(index + 1) * n]))
            .times(pair.vectors, transposingOther: true)
        }
        sink.add(stack.tensor(slopes, rows: n, columns: n), to: node)
      },
      .operation(vectors, [node]) { [node] dy, sink in
        // dA = sym(V (F ∘ VᵀdV) Vᵀ), Fᵢⱼ = 1 / (λⱼ − λᵢ).
        let slopes = zip(found, MatrixStack(dy).matrices).map { pair, dv in
          let inner = pair.vectors.times(dv, transposingSelf: true)
            .dividedByGaps(pair.values)
          return (pair.vectors * inner).times(pair.vectors, transposingOther: true).symmetricPart
        }
        sink.add(stack.tensor(slopes, rows: n, columns: n), to: node)
      }
    )
  }
}

extension DoubleMatrix {
  /// Each element of a square matrix divided by xⱼ − xᵢ; 0 where the two are equal, to 1e-10 of the largest.
  func dividedByGaps(_ x: [Double]) -> DoubleMatrix {
    let least = 1e-10 * (x.map { Swift.abs($0) }.max() ?? 0)
    var result = self
    for i in 0..<rows {
      for j in 0..<columns {
        let gap = x[j] - x[i]
        result[i, j] = Swift.abs(gap) <= least ? 0 : self[i, j] / gap
      }
    }
    return result
  }
}
