extension Frame {
  /// The polar factor X (XᵀX)^(−1/2), of the stored shape: the nearest matrix with orthonormal
  /// columns.
  ///
  /// By the eigenvectors of the r × r Gram matrix in 64 bits. That squares the condition number, so a
  /// matrix that is nearly deficient in rank goes the long way, by its singular values.
  var polarFactor: Tensor {
    let x = tall
    let (values, vectors) = x.times(x, transposingSelf: true).symmetricEigen()
    guard let least = values.first, let largest = values.last, least > 1e-10 * largest else {
      return stored(x.polarFactor())
    }
    let scaled = vectors.scalingColumns(by: values.map { 1 / $0.squareRoot() })
    return stored(x * scaled.times(vectors, transposingOther: true))
  }
}
