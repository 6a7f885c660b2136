/// A frozen map packed for kernels of our own, which read the input where it lies.
///
/// In single precision a large map is packed once, and turned round block by block in cache for
/// gradients. A second packing is made for small maps, and when the gradients of some hundred rows ask
/// for it: more rows pay for the turning, and fewer are those of class tokens, beside which a step has
/// other work. In bfloat16 a map is packed for each direction.
package final class PackedFrozenMap: FrozenMap {
  /// From how many elements on a map is large: 2 MB.
  private static let large = 1 << 19
  /// How many rows do not pay for turning the map round in cache each time.
  private static let repackingRows = 129..<512

  private let forward: PackedMatrix
  private let bias: Tensor?
  private var backward: PackedMatrix?
  private let repacks: Bool
  /// The length of an input row.
  package let inputWidth: Int
  /// The length of an output row.
  package let outputWidth: Int

  /// Packs a weight [out, in] and keeps a bias [out].
  ///
  /// - Parameters:
  ///   - weight: [out, in].
  ///   - bias: [out]; nil for none.
  ///   - precision: how it is packed, of `floating`.
  ///   - repacks: whether a second packing may be made in single precision; false for a map that is as
  ///     large as a vocabulary.
  package init(
    weight: Tensor, bias: Tensor?, precision: FrozenPrecision = .single, repacks: Bool = true
  ) {
    require(precision != .int8, "A packed map has floating-point numbers.")
    let weight = weight.detached()
    self.repacks = repacks
    inputWidth = weight.shape[1]
    outputWidth = weight.shape[0]
    forward = PackedMatrix(weight, transposed: true, precision: precision)
    if precision == .mixed {
      backward = PackedMatrix(weight, transposed: false, precision: precision)
    }
    self.bias = bias?.detached()
  }

  /// y = x Wᵀ + bias, finished.
  package func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    forward.multiply(x, bias: bias, into: y, finish: finish)
  }

  /// dx = dy W, finished.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    let rows = dy.count / max(1, outputWidth)
    if backward == nil, repacks,
      inputWidth * outputWidth < Self.large || Self.repackingRows.contains(rows)
    {
      backward = forward.turned()
    }
    if let backward {
      backward.multiply(dy, into: dx, finish: finish)
    } else {
      forward.multiplyTransposed(dy, into: dx, finish: finish)
    }
  }
}

extension PackedFrozenMap: RowGiving {
  /// Rows of the weight, in bfloat16 as they were rounded.
  package func rows(_ indices: [Int]) -> Tensor { forward.columns(indices) }
}
