/// A scale and a shift for each of some columns: what SSF and (IA)³ add to the output of a map.
///
/// y ← y + (s ⊙ y + b). Rounded as these three operations one after another are, in one pass over the memory, and one
/// more for all gradients.
struct ColumnScaling {
  /// s, as long as there are columns.
  let scale: Tensor
  /// b, as long; nil for none.
  let shift: Tensor?
  /// Where they are in y.
  let columns: Range<Int>
}

extension Tensor {
  /// This tensor, [..., width], with some of its columns scaled and shifted.
  ///
  /// - Parameter scalings: of columns that do not overlap.
  /// - Returns: of the same shape.
  func scaled(_ scalings: [ColumnScaling]) -> Tensor {
    let y = Tensor(uninitialized: shape)
    ColumnScaling.copyOthers(scalings, from: self, to: y)
    for scaling in scalings {
      Kernels.scaleColumns(
        scaling.part(of: self), by: scaling.scale, shift: scaling.shift, into: scaling.part(of: y))
    }
    let nodes = scalings.map { (scale: $0.scale.node, shift: $0.shift?.node) }
    let before = nodes.contains { $0.scale != nil } ? detached() : nil
    let values = scalings.map {
      ColumnScaling(scale: $0.scale.detached(), shift: nil, columns: $0.columns)
    }
    return .operation(y, [node] + nodes.flatMap { [$0.scale, $0.shift] }) { [node] dy, sink in
      let dx = node.map { Tensor(uninitialized: $0.shape) }
      if let dx { ColumnScaling.copyOthers(values, from: dy, to: dx) }
      for (scaling, own) in zip(values, nodes) {
        let scale = own.scale.map { Tensor.zeros($0.shape) }
        let shift = own.shift.map { Tensor.zeros($0.shape) }
        Kernels.scaleColumnsBackward(
          scaling.part(of: dy), x: scale == nil ? nil : before.map { scaling.part(of: $0) },
          scale: scaling.scale, dscale: scale, dshift: shift,
          into: dx.map { scaling.part(of: $0) })
        if let scale { sink.add(scale, to: own.scale) }
        if let shift { sink.add(shift, to: own.shift) }
      }
      if let dx { sink.add(dx, to: node) }
    }
  }
}

extension ColumnScaling {
  fileprivate func part(of y: Tensor) -> GEMM.Matrix {
    ColumnUpdate.part(of: y, columns.lowerBound, width: columns.count)
  }

  /// Copies the columns that no scaling has.
  fileprivate static func copyOthers(
    _ scalings: [ColumnScaling], from x: Tensor, to y: Tensor
  ) {
    let (rows, cols) = Kernels.matrix(x)
    var next = 0
    for columns in scalings.map(\.columns).sorted(by: { $0.lowerBound < $1.lowerBound })
      + [cols..<cols]
    {
      require(columns.lowerBound >= next, "Scalings of the same columns, \(columns).")
      if next < columns.lowerBound {
        Kernels.copy(
          shape: [rows, columns.lowerBound - next], from: x, offset: next, strides: [cols, 1],
          to: y, targetOffset: next, strides: [cols, 1])
      }
      next = columns.upperBound
    }
  }
}
