/// The usual initial values of a matrix, stored as [out, in] as in PyTorch.
extension RandomGenerator {
  /// Uniform in ±1/√in: PyTorch's `kaiming_uniform_(a=√5)`, the start of its `nn.Linear`.
  ///
  /// - Parameter shape: [out, in].
  /// - Returns: the matrix.
  public mutating func kaimingUniform(_ shape: [Int]) -> Tensor {
    precondition(shape.count == 2, "\(shape) is not the shape of a matrix.")
    let bound = 1 / Float(max(1, shape[1])).squareRoot()
    return Tensor(uniform(shape[0] * shape[1], in: -bound..<bound), shape: shape)
  }

  /// Uniform in ±√(6 / (in + out)): PyTorch's `xavier_uniform_`.
  ///
  /// - Parameter shape: [out, in], in any order.
  /// - Returns: the matrix.
  public mutating func xavierUniform(_ shape: [Int]) -> Tensor {
    precondition(shape.count == 2, "\(shape) is not the shape of a matrix.")
    let bound = (6 / Float(max(1, shape[0] + shape[1]))).squareRoot()
    return Tensor(uniform(shape[0] * shape[1], in: -bound..<bound), shape: shape)
  }

  /// Normal with mean 0, drawn again where it is beyond two deviations: PyTorch's `trunc_normal_`
  /// with a = −2σ and b = 2σ.
  ///
  /// - Parameters:
  ///   - shape: any.
  ///   - deviation: σ before the truncation.
  /// - Returns: the tensor.
  public mutating func truncatedNormal(_ shape: [Int], deviation: Float) -> Tensor {
    let count = shape.reduce(1, *)
    var values: [Float] = []
    while values.count < count {
      values += normal(count - values.count).filter { $0.magnitude <= 2 }
    }
    return Tensor(values.map { $0 * deviation }, shape: shape)
  }
}
