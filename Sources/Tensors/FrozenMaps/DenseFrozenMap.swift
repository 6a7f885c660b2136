/// A frozen map in 32-bit floats, multiplied by OpenBLAS.
package struct DenseFrozenMap: FrozenMap {
  private let product: DenseProduct

  /// Makes a map from a weight [out, in] and a bias [out].
  package init(weight: Tensor, bias: Tensor?) {
    product = DenseProduct(weight: weight, bias: bias)
  }

  /// The length of an input row.
  package var inputWidth: Int { product.weight.shape[1] }
  /// The length of an output row.
  package var outputWidth: Int { product.weight.shape[0] }

  /// y = x Wᵀ + bias, finished.
  package func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    product.apply(to: x, into: y, finish: finish)
  }

  /// dx = dy W, finished.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    product.applyTransposed(to: dy, into: dx, finish: finish)
  }
}
