/// A frozen map in 32-bit floats, multiplied by OpenBLAS.
public struct DenseFrozenMap: FrozenMap {
  let weight: Tensor
  let bias: Tensor?

  /// Makes a map from a weight [out, in] and a bias [out].
  public init(weight: Tensor, bias: Tensor?) {
    self.weight = weight.detached()
    self.bias = bias?.detached()
  }

  /// The length of an input row.
  public var inputWidth: Int { weight.shape[1] }
  /// The length of an output row.
  public var outputWidth: Int { weight.shape[0] }

  /// y = x Wᵀ + bias, finished.
  public func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
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
  public func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    let adds = finish.prepare(dx)
    GEMM.multiply(.init(dy), .init(weight), into: .init(dx), adding: adds)
    finish.applyAfterwards(to: dx)
  }
}
