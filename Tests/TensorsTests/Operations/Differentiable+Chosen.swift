import Tensors
import TestSupport

extension Differentiable {
  /// Reductions, order and what else goes along axes.
  static let lines: [Differentiable] = [
    .init("softplus", [37]) { $0[0].softplus() },
    .init("silu", [37]) { $0[0].silu() },
    .init("raised", [37], shift: 0.7) { $0[0].raised(to: 2.5) },
    .init("maximum", [3, 1, 5], [2, 1], shift: 0.2) {
      $0[0].maximum($0[1] + Tensor([2, -2], shape: [2, 1]))
    },
    .init("minimum", [3, 5], [5], shift: 0.2) {
      $0[0].minimum($0[1] + Tensor([2, -2, 2, -2, 2]))
    },
    .init("maximum over", [2, 3, 5]) { $0[0].squared().maximum(over: [0, -1]) },
    .init("minimum over all", [2, 3], shift: 0.2) {
      ($0[0].squared() + Tensor([4, 2, 0, 6, 8, 10], shape: [2, 3])).minimum()
    },
    .init("norm", [2, 3, 5]) { $0[0].squared().norm(over: [1], keepingAxes: true) },
    .init("norm of 1", [3, 5], shift: 0.2) { $0[0].squared().norm(1, over: [0]) },
    .init("norm of 3", [3, 5]) { $0[0].norm(3) },
    .init("norm of the largest", [3, 5]) { $0[0].squared().norm(.infinity, over: [1]) },
    .init("log Σ exp", [2, 3, 5]) { $0[0].squared().logSumExp(over: [0, 2]) },
    .init("log softmax", [3, 5]) { $0[0].squared().logSoftmax() },
    .init("running sums", [2, 4, 3]) { $0[0].squared().cumulativeSum(axis: 1) },
    .init("sorted", [2, 4, 3]) { $0[0].squared().sorted(axis: 1) },
    .init("top", [3, 5]) { $0[0].squared().top(2).values },
    .init("gathered along", [2, 3, 4]) {
      $0[0].squared().gathered([0, 2, 1, 1, 2, 2, 0, 0], along: 1)
    },
  ]

  /// Convolutions and contractions.
  static let grids: [Differentiable] = [
    .init("convolution", [2, 5, 4, 3], [2, 3, 3, 2], [2]) {
      $0[0].squared().convolved2D($0[1], bias: $0[2], stride: 2, padding: 1)
    },
    .init("convolution in groups", [1, 4, 3, 4], [6, 2, 2, 2]) {
      $0[0].squared().convolved2D($0[1], groups: 2)
    },
    .init("depth-wise convolution", [2, 5, 4, 3], [3, 1, 3, 2], [3]) {
      $0[0].squared().convolved2D($0[1], bias: $0[2], padding: 1, groups: 3)
    },
    .init("convolution of a line", [2, 7, 3], [4, 3, 3]) {
      $0[0].squared().convolved1D($0[1], padding: 1)
    },
    .init("contraction", [2, 3, 5], [5, 4], [2, 4]) {
      .contracted("bij,jk,bk->bi", $0[0], $0[1], $0[2])
    },
    .init("contraction of a gram", [6, 3], [3, 4]) {
      .contracted("ti,io,to->t", $0[0], $0[1], $0[0].matmul($0[1]))
    },
  ]

  /// Small matrices.
  static let matrices: [Differentiable] = [
    .init("cholesky", [4, 9]) { positive($0[0]).cholesky() },
    .init("cholesky of several", [2, 3, 7]) { positive($0[0]).cholesky() },
    .init("log-determinant", [4, 9]) { positive($0[0]).logDeterminant() },
    .init("log-determinants", [2, 3, 7]) { positive($0[0]).logDeterminant() },
    .init("inverse", [4, 9]) { positive($0[0]).inverse() },
    .init("inverse of one that is not symmetric", [2, 3, 3], shift: 0.2) {
      ($0[0] + Tensor([3, 0, 0, 0, 3, 0, 0, 0, 3], shape: [3, 3])).inverse()
    },
    .init("eigenvalues", [4, 4]) { $0[0].symmetricEigen().values },
    .init("eigenvectors", [3, 3]) { $0[0].symmetricEigen().vectors.squared() },
    .init("singular values", [2, 3, 5]) { $0[0].singularValues().values },
    .init("left vectors", [5, 3]) { $0[0].singularValues().left.squared() },
    .init("right vectors", [3, 5]) { $0[0].singularValues().rightTransposed.squared() },
    .init("polar factor", [5, 3]) {
      let svd = $0[0].singularValues()
      return svd.left.matmul(svd.rightTransposed)
    },
    .init("diagonal", [3, 5]) { $0[0].squared().diagonal() },
  ]

  /// X Xᵀ / columns + 1, which is positive.
  private static func positive(_ x: Tensor) -> Tensor {
    let (n, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    return x.matmul(x, transposingOther: true).scaled(by: 1 / Float(columns))
      + DoubleMatrix(identity: n).tensor
  }
}
