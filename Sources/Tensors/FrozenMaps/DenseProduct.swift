/// The products with a weight [out, in] where it lies, in 32-bit floats, by OpenBLAS.
///
/// The weight is read at each product, so that it may be a trained one.
struct DenseProduct {
  let weight: Tensor
  let bias: Tensor?

  /// Takes a weight [out, in] and a bias [out].
  init(weight: Tensor, bias: Tensor?) {
    self.weight = weight.detached()
    self.bias = bias?.detached()
  }

  /// y = x Wᵀ + bias, finished.
  func apply(to x: Tensor, into y: Tensor, finish: MapFinish = .none) {
    let adds = finish.prepare(y)
    if let bias {
      if adds { addBias(bias, to: y) } else { Kernels.fillRows(of: y, with: bias) }
    }
    GEMM.multiply(
      .init(x), .init(weight, transposed: true), into: .init(y), adding: adds || bias != nil)
    finish.applyAfterwards(to: y)
  }

  private func addBias(_ bias: Tensor, to y: Tensor) {
    let (rows, cols) = Kernels.matrix(y)
    Kernels.add(
      shape: [rows, cols], from: bias, strides: [0, 1], to: y, strides: [cols, 1])
  }

  /// dx = dy W, finished.
  func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    let adds = finish.prepare(dx)
    GEMM.multiply(.init(dy), .init(weight), into: .init(dx), adding: adds)
    finish.applyAfterwards(to: dx)
  }
}
