import PETL

/// AdaLoRA's term that keeps the rows of Q and P orthonormal.
enum Orthogonality {
  /// The mean over all factors of ‖X Xᵀ − I‖ (official code, PEFT), or of its square (the paper's equation 4).
  ///
  /// - Returns: a differentiable scalar.
  static func value(of adapters: [AdaLoRA], _ kind: AdaLoRAOptions.Orthogonality) -> Tensor {
    let factors = adapters.flatMap { [$0.down.value, $0.up.value] }
    let terms = factors.map { factor -> Tensor in
      let identity = DoubleMatrix(identity: factor.shape[0]).tensor
      let squares = (factor.matmul(factor, transposingOther: true) - identity).squared().sum()
      return kind == .squared ? squares : squares.sqrt()
    }
    return terms.reduce(Tensor(0)) { $0 + $1 }.scaled(by: 1 / Float(max(1, terms.count)))
  }
}
