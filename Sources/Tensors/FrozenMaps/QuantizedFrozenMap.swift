/// A frozen map in 8 bits, whose inputs and gradients are rounded to 8 bits on the way into each product.
///
/// Both products are those of SwitchBack (arXiv 2304.13013, Algorithm 1) with a frozen weight: rows of the input, and of
/// the gradient, have a factor each. That the weight has a scale for each output, where SwitchBack has one for all, is
/// our choice: in the product of the gradient it is taken into the gradient before that is rounded, so that both
/// products have the same integers and these are in memory once.
package struct QuantizedFrozenMap: FrozenMap {
  private let matrix: QuantizedMatrix
  private let bias: Tensor?
  /// The length of an input row.
  package let inputWidth: Int
  /// The length of an output row.
  package let outputWidth: Int

  /// Rounds a weight [out, in] and keeps a bias [out].
  ///
  /// - Returns: nil where a row or a column is too long for sums in 32 bits, 131,072 numbers and more.
  package init?(weight: Tensor, bias: Tensor?) {
    guard weight.shape.allSatisfy({ $0 <= QuantizedMatrix.longest }) else { return nil }
    (inputWidth, outputWidth) = (weight.shape[1], weight.shape[0])
    matrix = QuantizedMatrix(weight)
    self.bias = bias?.detached()
  }

  /// y = x Wᵀ + bias, finished.
  package func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    matrix.multiply(x, bias: bias, into: y, finish: finish)
  }

  /// dx = dy W, finished.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    matrix.multiplyTransposed(dy, into: dx, finish: finish)
  }
}
