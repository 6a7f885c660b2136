import CKernels

/// A frozen map whose weight stays in blocks: parts of it are unpacked into memory of their own on the
/// way into each product.
///
/// The results are those of a `PackedFrozenMap` of the unpacked weight, bit for bit. A thread takes some
/// kilobytes for the part at hand, whatever the size of the map.
package struct BlockFrozenMap: RowGiving {
  private let weight: BlockMatrix
  private let bias: Tensor?
  private let precision: FrozenPrecision

  /// Takes a weight [out, in] and a bias [out].
  package init(weight: BlockMatrix, bias: Tensor?, precision: FrozenPrecision = .single) {
    require(precision != .int8, "A weight in blocks is unpacked to floating-point numbers.")
    require(weight.rows > 0, "A map needs at least one output.")
    require(
      bias == nil || bias?.count == weight.rows,
      "A bias \(bias?.shape ?? []) for \(weight.rows) outputs.")
    (self.weight, self.bias, self.precision) = (weight, bias?.detached(), precision)
  }

  /// The length of an input row.
  package var inputWidth: Int { weight.columns }
  /// The length of an output row.
  package var outputWidth: Int { weight.rows }

  /// y = x Wᵀ + bias, finished.
  package func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    // A text that is written has one row at a time, which needs nothing unpacked beside it.
    if precision == .single, x.count == inputWidth, y.count == outputWidth {
      return weight.multiply(x, bias: bias, into: y, finish: finish)
    }
    let width = unsafe Kernels.table.panel
    let product = BlockProduct(
      x: x, inner: inputWidth, y: y, outer: outputWidth, width: width, precision: precision)
    product.run(finish, bias: bias) { steps, columns, scratch in
      weight.unpack(columns, steps, into: scratch)
      return true
    }
  }

  /// Rows of the weight, unpacked.
  package func rows(_ indices: [Int]) -> Tensor { weight.gathering(indices) }

  /// dx = dy W, finished.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    let width = max(unsafe Kernels.table.panel, weight.format.length)
    let product = BlockProduct(
      x: dy, inner: outputWidth, y: dx, outer: inputWidth, width: width, precision: precision)
    product.run(finish, bias: nil) { steps, columns, scratch in
      weight.unpack(steps, columns, into: scratch)
      return false
    }
  }
}
