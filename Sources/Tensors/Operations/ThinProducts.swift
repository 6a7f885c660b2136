/// The two products of a low-rank adapter. Their kernels read the wide operand once and pack
/// nothing; above rank 64 they are ordinary products.
extension Tensor {
  /// The down-projection S = X Aᵀ.
  ///
  /// - Parameter directions: A, [rank, width].
  /// - Returns: S, [..., rank]. This tensor is X, [..., width].
  public func projected(onto directions: Tensor) -> Tensor {
    let (rows, width) = Kernels.matrix(self)
    require(
      directions.rank == 2 && directions.shape[1] == width,
      "Directions of shape \(directions.shape) do not fit inputs of shape \(shape).")
    let rank = directions.shape[0]
    let s = Tensor(uninitialized: shape.dropLast() + [rank])
    Kernels.thinDown(.init(self), directions, into: s)
    let (xn, an) = (node, directions.node)
    let x = an == nil ? nil : Kept(self)
    let a = xn == nil ? nil : directions.detached()
    return .operation(s, [xn, an]) { ds, sink in
      if let x {
        sink.accumulate(to: an) { da, adding in
          Kernels.thinGradient(ds, .init(x.value), into: da, adding: adding)
        }
      }
      if let a {
        sink.accumulate(to: xn) { dx, adding in
          Kernels.thinUp(ds, a, into: .init(dx, rows: rows, cols: width), adding: adding)
        }
      }
    }
  }

  /// The up-projection S B.
  ///
  /// - Parameter basis: B, [rank, width].
  /// - Returns: [..., width]. This tensor is S, [..., rank].
  public func expanded(in basis: Tensor) -> Tensor {
    require(
      basis.rank == 2 && shape.last == basis.shape[0],
      "Coefficients of shape \(shape) do not fit a basis of shape \(basis.shape).")
    return Tensor.zeros(shape.dropLast() + [basis.shape[1]]).adding([
      ColumnUpdate(lowRank: self, basis, column: 0)
    ])
  }
}
