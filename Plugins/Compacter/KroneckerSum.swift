import PETL

/// A map [in, out] that is a sum of n Kronecker products, W = Σᵢ Aᵢ ⊗ (Lᵢ Rᵢ): a hypercomplex layer of low rank.
///
/// A, [n, n, n], is shared by all layers; L, [n, in / n, k], and R, [n, k, out / n], belong to the map.
/// Initialisation, as in the official code: L and R by Glorot's uniform with a gain of √2, each of the n by
/// itself.
struct KroneckerSum {
  /// L.
  let left: Parameter
  /// R.
  let right: Parameter

  /// Makes a map; n divides both widths.
  init(
    _ name: String, from inputs: Int, to outputs: Int, terms: Int, rank: Int,
    _ generator: inout RandomGenerator
  ) {
    func glorot(_ rows: Int, _ columns: Int) -> Tensor {
      let bound = (12 / Float(rows + columns)).squareRoot()
      let values = generator.uniform(terms * rows * columns, in: -bound..<bound)
      return Tensor(values, shape: [terms, rows, columns])
    }
    left = Parameter("\(name)_left", glorot(inputs / terms, rank))
    right = Parameter("\(name)_right", glorot(rank, outputs / terms))
  }

  /// W, [in, out].
  ///
  /// - Parameter rule: A, [n, n, n].
  /// - Returns: the sum of the products.
  func matrix(_ rule: Tensor) -> Tensor {
    let n = rule.shape[0]
    let products = left.value.matmul(right.value)
    let (rows, columns) = (products.shape[1], products.shape[2])
    // One product over the terms, then the axes put in order.
    return rule.reshaped([n, n * n])
      .matmul(products.reshaped([n, rows * columns]), transposingSelf: true)
      .reshaped([n, n, rows, columns]).transposed([0, 2, 1, 3])
      .reshaped([n * rows, n * columns])
  }
}
