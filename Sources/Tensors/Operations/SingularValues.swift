extension Tensor {
  /// The thin singular value decomposition A = U diag(σ) Vᵀ of small matrices; in 64 bits, by LAPACK.
  ///
  /// The signs of a pair of vectors are arbitrary together, and so is the basis where singular values are
  /// equal: what is made of the vectors should not depend on it. Then the gradient is right: differences of
  /// σ² below 1e-10 of the largest are taken as no difference, and what would be divided by them, or by a σ
  /// below 1e-10 of the largest, is left out, so that it stays finite.
  ///
  /// - Returns: U, [..., rows, k], σ, [..., k], the largest first, and Vᵀ, [..., k, columns], with k the
  ///   smaller of rows and columns; all NaN where there are none in finite numbers. This tensor is A,
  ///   [..., rows, columns].
  public func singularValues() -> (left: Tensor, values: Tensor, rightTransposed: Tensor) {
    let stack = MatrixStack(self)
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    let k = min(m, n)
    let found = stack.matrices.map { $0.singularValues() }
    func output(
      _ y: Tensor, slope: @escaping (DoubleMatrix.SingularValues, DoubleMatrix) -> DoubleMatrix
    ) -> Tensor {
      .operation(y, [node]) { [node] dy, sink in
        let gradients = MatrixStack(dy).matrices
        let slopes = zip(found, gradients).map(slope)
        sink.add(stack.tensor(slopes, rows: m, columns: n), to: node)
      }
    }
    // σ goes as matrices of one row, so that all three gradients are matrices.
    let values = output(
      stack.tensor(
        found.map { DoubleMatrix($0.values, rows: 1, columns: k) }, rows: 1, columns: k)
    ) { $0.slope(ofValues: $1) }
    return (
      output(stack.tensor(found.map(\.left), rows: m, columns: k)) { $0.slope(ofLeft: $1) },
      values.reshaped(stack.leading + [k]),
      output(stack.tensor(found.map(\.rightTransposed), rows: k, columns: n)) {
        $0.slope(ofRightTransposed: $1)
      }
    )
  }
}

extension DoubleMatrix.SingularValues {
  /// dA = U diag(dσ) Vᵀ.
  fileprivate func slope(ofValues gradient: DoubleMatrix) -> DoubleMatrix {
    left.scalingColumns(by: gradient.elements) * rightTransposed
  }

  /// dA = (U (F ∘ (X − Xᵀ)) diag(σ) + (1 − U Uᵀ) dU diag(σ)⁻¹) Vᵀ, X = UᵀdU, Fᵢⱼ = 1 / (σⱼ² − σᵢ²).
  fileprivate func slope(ofLeft gradient: DoubleMatrix) -> DoubleMatrix {
    let x = left.times(gradient, transposingSelf: true)
    let turned = (left * (x - x.transposed).dividedByGaps(squares)).scalingColumns(by: values)
    let beside = (gradient - left * x).scalingColumns(by: inverses)
    return (turned + beside) * rightTransposed
  }

  /// dA = U (diag(σ) (F ∘ (Y − Yᵀ)) Vᵀ + diag(σ)⁻¹ dVᵀ (1 − V Vᵀ)), Y = VᵀdV.
  fileprivate func slope(ofRightTransposed gradient: DoubleMatrix) -> DoubleMatrix {
    let y = rightTransposed.times(gradient, transposingOther: true)
    let turned = left.scalingColumns(by: values) * (y - y.transposed).dividedByGaps(squares)
    let beside = gradient - y.transposed * rightTransposed
    return turned * rightTransposed + left.scalingColumns(by: inverses) * beside
  }

  private var squares: [Double] { values.map { $0 * $0 } }

  private var inverses: [Double] {
    let least = 1e-10 * (values.first ?? 0)
    return values.map { $0 <= least ? 0 : 1 / $0 }
  }
}
