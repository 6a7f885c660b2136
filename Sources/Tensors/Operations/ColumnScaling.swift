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

  /// y with scalings of columns that do not overlap; not differentiable.
  ///
  /// - Parameters:
  ///   - scalings: at least one.
  ///   - y: [..., width].
  ///   - inPlace: whether the result may take y's memory.
  /// - Returns: of y's shape.
  static func applied(_ scalings: [ColumnScaling], to y: Tensor, inPlace: Bool) -> Tensor {
    let result = inPlace ? y : Tensor(uninitialized: y.shape)
    if !inPlace { copyOthers(scalings, from: y, to: result) }
    for scaling in scalings {
      Kernels.scaleColumns(
        scaling.part(of: y), by: scaling.scale, shift: scaling.shift,
        into: scaling.part(of: result))
    }
    return result
  }

  /// The way back of them all, with only what it needs.
  ///
  /// - Parameters:
  ///   - scalings: at least one.
  ///   - before: y as it was; nil where no scale needs a gradient.
  ///   - own: y's node.
  /// - Returns: what the result's gradient is handed to.
  static func backward(
    _ scalings: [ColumnScaling], of before: Tensor?, _ own: GradientNode?
  ) -> GradientNode.Backward {
    let nodes = scalings.map { (scale: $0.scale.node, shift: $0.shift?.node) }
    let values = scalings.map {
      ColumnScaling(scale: $0.scale.detached(), shift: nil, columns: $0.columns)
    }
    return { dy, sink in
      let dx = own.map { Tensor(uninitialized: $0.shape) }
      if let dx { copyOthers(values, from: dy, to: dx) }
      for (scaling, node) in zip(values, nodes) {
        let scale = node.scale.map { Tensor.zeros($0.shape) }
        let shift = node.shift.map { Tensor.zeros($0.shape) }
        Kernels.scaleColumnsBackward(
          scaling.part(of: dy), x: scale == nil ? nil : before.map { scaling.part(of: $0) },
          scale: scaling.scale, dscale: scale, dshift: shift,
          into: dx.map { scaling.part(of: $0) })
        if let scale { sink.add(scale, to: node.scale) }
        if let shift { sink.add(shift, to: node.shift) }
      }
      if let dx { sink.add(dx, to: own) }
    }
  }

  private func part(of y: Tensor) -> GEMM.Matrix {
    ColumnUpdate.part(of: y, columns.lowerBound, width: columns.count)
  }

  /// Copies the columns that no scaling has.
  private static func copyOthers(_ scalings: [ColumnScaling], from x: Tensor, to y: Tensor) {
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
