/// The larger and the smaller of elements. NaN goes through.
extension Tensor {
  /// The larger of two elements, with broadcasting.
  ///
  /// The gradient goes to the larger one, in halves where both are equal (as PyTorch's `maximum`).
  public func maximum(_ other: Tensor) -> Tensor { selected(other, larger: true) }

  /// The smaller of two elements, with broadcasting; the gradient as that of `maximum(_:)`.
  public func minimum(_ other: Tensor) -> Tensor { selected(other, larger: false) }

  /// The largest element over some axes.
  ///
  /// The gradient goes to the largest element, in equal parts where several are (as PyTorch's `amax`).
  ///
  /// - Parameters:
  ///   - axes: each at most once, negative ones from the end; nil for all. They hold at least one element.
  ///   - keepingAxes: true to leave a 1 where an axis was.
  /// - Returns: a tensor without those axes.
  public func maximum(over axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(over: axes, keepingAxes: keepingAxes, largest: true)
  }

  /// The smallest element over some axes; as `maximum(over:keepingAxes:)`.
  public func minimum(over axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(over: axes, keepingAxes: keepingAxes, largest: false)
  }

  private func selected(_ other: Tensor, larger: Bool) -> Tensor {
    let shape = Tensor.broadcastShape(shape, other.shape)
    let (y, share) = (Tensor(uninitialized: shape), Tensor(uninitialized: shape))
    let (a, b) = (detached().broadcast(to: shape), other.detached().broadcast(to: shape))
    Kernels.select(a, b, larger: larger, into: y, share: share)
    return .operation(y, [node, other.node]) { [an = node, bn = other.node] dy, sink in
      let own = dy * share
      if let an { sink.add(own.summed(to: an.shape), to: an) }
      if let bn { sink.add((dy - own).summed(to: bn.shape), to: bn) }
    }
  }

  private func extreme(over axes: [Int]?, keepingAxes: Bool, largest: Bool) -> Tensor {
    let lines = Lines(self, over: axes)
    let x = lines.matrix
    require(x.shape[1] > 0, "No elements of \(shape) have no \(largest ? "largest" : "smallest").")
    let y = Tensor(uninitialized: [x.shape[0]])
    Kernels.rowExtremes(x, largest: largest, into: y)
    let values = x.detached()
    let result = Tensor.operation(y, [x.node]) { [node = x.node] dy, sink in
      let dx = Tensor(uninitialized: values.shape)
      Kernels.rowExtremesBackward(values, y: y, dy: dy, into: dx)
      sink.add(dx, to: node)
    }
    return lines.shaped(result, keepingAxes: keepingAxes)
  }
}
