/// A matrix X, n × r with n ≥ r, whichever way round a tensor stores it.
///
/// A low-rank factor is stored as [r, n] or as [n, r]; the constraint XᵀX = I is on its shorter side.
/// All products here are of n × r and r × r matrices: nothing of n × n is ever formed, and no
/// tensor is turned round. Tensors that come in and go out have the stored shape.
struct Frame {
  /// X as it is stored, outside of any graph.
  let value: Tensor
  /// Whether it is stored as [r, n] with r < n.
  let isWide: Bool

  init(_ tensor: Tensor) {
    require(
      tensor.rank == 2, "A matrix with orthonormal columns has two axes, not \(tensor.shape).")
    value = tensor.detached()
    isWide = tensor.shape[0] < tensor.shape[1]
  }

  /// n.
  var rows: Int { value.shape[isWide ? 1 : 0] }
  /// r.
  var columns: Int { value.shape[isWide ? 0 : 1] }

  /// AᵀB, [r, r].
  func inner(_ a: Tensor, _ b: Tensor) -> Tensor {
    require(
      a.shape == value.shape && b.shape == value.shape,
      "\(a.shape) and \(b.shape) are not of the parameter's shape \(value.shape).")
    return a.detached().matmul(b.detached(), transposingSelf: !isWide, transposingOther: isWide)
  }

  /// A S, of the stored shape, for S [r, r].
  func times(_ a: Tensor, _ s: Tensor) -> Tensor {
    isWide ? s.matmul(a.detached(), transposingSelf: true) : a.detached().matmul(s)
  }

  /// XᵀX, [r, r].
  var gram: Tensor { inner(value, value) }

  /// XᵀX − I, [r, r].
  var deviation: Tensor { gram - .identity(columns) }

  /// The tangent part of Z in the embedded metric: Z − X sym(XᵀZ).
  func projected(_ z: Tensor) -> Tensor {
    let product = inner(value, z)
    return z.detached() - times(value, (product + product.transposed()).scaled(by: 0.5))
  }

  /// The gradient in the canonical metric: G − X GᵀX.
  func canonical(_ gradient: Tensor) -> Tensor {
    gradient.detached() - times(value, inner(gradient, value))
  }

  /// ‖XᵀX − I‖ in the Frobenius norm, in 64 bits.
  var distance: Float {
    let x = tall
    let gram = x.times(x, transposingSelf: true)
    return Float((gram - DoubleMatrix(identity: columns)).frobeniusNorm)
  }

  /// X in 64 bits, [n, r].
  var tall: DoubleMatrix {
    let matrix = DoubleMatrix(value)
    return isWide ? matrix.transposed : matrix
  }

  /// A matrix [n, r] as it is stored.
  func stored(_ matrix: DoubleMatrix) -> Tensor {
    (isWide ? matrix.transposed : matrix).tensor
  }
}

extension Tensor {
  /// The identity, [size, size].
  static func identity(_ size: Int) -> Tensor { DoubleMatrix(identity: size).tensor }
}
