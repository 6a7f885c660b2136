import PETL

/// A linear map whose input and output channels are in g groups that see nothing of each other.
///
/// Its weight is [out, in / g], as that of PyTorch's grouped `Conv1d`. With `shuffles`, input channel
/// i · in / g + j is read as channel j · g + i (ShuffleNet's shuffle).
struct GroupedMap {
  let weight: Parameter
  /// [out]; nil for none.
  let bias: Parameter?
  let groups: Int
  let shuffles: Bool

  private var outputs: Int { weight.value.shape[0] }
  private var inputs: Int { weight.value.shape[1] * groups }

  /// x Wᵀ + b, [tokens, out].
  func callAsFunction(_ x: Tensor) -> Tensor {
    let tokens = x.shape[0]
    let ordered =
      shuffles
      ? x.reshaped([tokens, groups, inputs / groups]).transposed([0, 2, 1]) : x
    // [groups, tokens, in / g] × [groups, in / g, out / g].
    let y = ordered.reshaped([tokens, groups, inputs / groups]).transposed([1, 0, 2])
      .matmul(
        weight.value.reshaped([groups, outputs / groups, inputs / groups]), transposingOther: true
      )
      .transposed([1, 0, 2]).reshaped([tokens, outputs])
    return bias.map { y + $0.value } ?? y
  }

  /// W, [out, in].
  var matrix: Tensor {
    let (rows, columns) = (outputs / groups, inputs / groups)
    let blocks =
      weight.value.reshaped([groups, rows, 1, columns])
      * DoubleMatrix(identity: groups).tensor.reshaped([groups, 1, groups, 1])
    guard shuffles else { return blocks.reshaped([outputs, inputs]) }
    return blocks.reshaped([outputs, columns, groups]).transposed([0, 2, 1])
      .reshaped([outputs, inputs])
  }
}
