extension Subspaces {
  /// All that they are made of, in a fixed order.
  var tensors: [Tensor] {
    [coefficients, basis]
      + [directions, remainder?.coefficients, remainder?.basis].compactMap(\.self)
  }

  /// The same subspaces of other tensors.
  ///
  /// - Parameter tensors: as many as `tensors`, which are taken away, and others behind them.
  /// - Returns: subspaces of the same rows.
  func replacing(_ tensors: inout ArraySlice<Tensor>) -> Subspaces {
    let (coefficients, basis) = (tensors.removeFirst(), tensors.removeFirst())
    let directions = directions.map { _ in tensors.removeFirst() }
    let remainder = remainder.map { _ in
      (coefficients: tensors.removeFirst(), basis: tensors.removeFirst())
    }
    return Subspaces(
      coefficients: coefficients, basis: basis, directions: directions, rows: rows,
      dimension: dimension, remainder: remainder)
  }
}
