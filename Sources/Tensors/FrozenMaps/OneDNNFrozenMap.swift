/// A frozen map multiplied by oneDNN, which keeps the weight in a layout of its own.
///
/// The weight is put into that layout once for each direction, the second time when the first gradient
/// asks for it. Where the CPU has no bfloat16 products, mixed precision is slow or missing.
package final class OneDNNFrozenMap: FrozenMap {
  private let forward: OneDNNProduct
  /// The weight as it came, until the second layout has been made.
  private var weight: Tensor?
  private var backward: OneDNNProduct?
  private let precision: FrozenPrecision
  /// The length of an input row.
  package let inputWidth: Int
  /// The length of an output row.
  package let outputWidth: Int

  /// Makes a map from a weight [out, in] and a bias [out].
  ///
  /// - Returns: nil where oneDNN is not built in, has no such product on this CPU or of integers, or the
  ///   weight is empty.
  package init?(weight: Tensor, bias: Tensor?, precision: FrozenPrecision = .single) {
    guard precision != .int8,
      let forward = OneDNNProduct(weight, transposed: true, bias: bias, precision: precision)
    else { return nil }
    self.forward = forward
    self.weight = weight.detached()
    self.precision = precision
    inputWidth = weight.shape[1]
    outputWidth = weight.shape[0]
  }

  /// y = x Wᵀ + bias, finished.
  package func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    multiply(by: forward, x, into: y, finish)
  }

  /// dx = dy W, finished.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    if let weight {
      backward = OneDNNProduct(weight, transposed: false, precision: precision)
      self.weight = nil
    }
    guard let backward else {
      stopProgram("oneDNN has a product for [\(outputWidth), \(inputWidth)] one way only.")
    }
    multiply(by: backward, dy, into: dx, finish)
  }

  private func multiply(
    by product: OneDNNProduct, _ x: Tensor, into y: Tensor, _ finish: MapFinish
  ) {
    let adds = finish.prepare(y)
    product.multiply(x, into: y, adding: adds)
    finish.applyAfterwards(to: y)
  }
}
