/// Sums and means, and what else makes few numbers of many.
extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor {
    .operation(Tensor(Kernels.sum(self)), [node]) { [node, shape] dy, sink in
      sink.add(Tensor(repeating: dy.item, shape: shape), to: node)
    }
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { sum().scaled(by: 1 / Float(max(1, count))) }

  /// The sum over some axes.
  ///
  /// - Parameters:
  ///   - axes: each at most once; negative ones count from the end.
  ///   - keepingAxes: true to leave a 1 where an axis was.
  /// - Returns: a tensor without those axes.
  public func sum(over axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let summedAxes = Set(axes.map { normalized(axis: $0) })
    require(summedAxes.count == axes.count, "An axis of \(axes) stands twice.")
    let kept = shape.indices.map { summedAxes.contains($0) ? 1 : shape[$0] }
    let result = summed(to: kept)
    let final =
      keepingAxes ? kept : shape.indices.filter { !summedAxes.contains($0) }.map { shape[$0] }
    let y = Tensor(shape: final, storage: result.storage, offset: result.offset)
    return .operation(y, [node]) { [node, shape] dy, sink in
      sink.add(dy.reshaped(kept).broadcast(to: shape), to: node)
    }
  }

  /// The mean over some axes; as `sum(over:keepingAxes:)`.
  public func mean(over axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let items = axes.map { shape[normalized(axis: $0)] }.reduce(1, *)
    return sum(over: axes, keepingAxes: keepingAxes).scaled(by: 1 / Float(max(1, items)))
  }

  /// The axis counted from the front.
  func normalized(axis: Int) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    require(shape.indices.contains(positive), "Shape \(shape) has no axis \(axis).")
    return positive
  }
}

extension Tensor {
  /// The sum of the squares of all elements; not differentiable.
  public var squaredNorm: Float { Kernels.dot(self, self) }
}

extension Tensor {
  /// The lowest and highest element of each column of a matrix, [columns] each; not differentiable.
  ///
  /// NaN is passed over; ∞ and −∞ where a column has no number.
  public func columnExtremes() -> (low: Tensor, high: Tensor) {
    require(rank == 2, "Columns are those of a matrix, not of shape \(shape).")
    return Kernels.columnExtremes(self)
  }
}
