/// The same elements in another arrangement.
extension Tensor {
  /// The same elements in the same order under another shape; shares memory.
  ///
  /// - Parameter newShape: of the same count; at most one axis may be -1, which is then deduced.
  /// - Returns: a tensor of the new shape.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    var target = newShape
    if let open = target.firstIndex(of: -1) {
      let rest = target.filter { $0 != -1 }.reduce(1, *)
      require(rest > 0 && count % rest == 0, "Shape \(shape) does not fit \(newShape).")
      target[open] = count / rest
    }
    require(target.reduce(1, *) == count, "Shape \(shape) does not fit \(newShape).")
    let y = Tensor(shape: target, storage: storage, offset: offset)
    var result = Tensor.operation(y, [node]) { [node, shape] dy, sink in
      sink.add(dy.reshaped(shape), to: node)
    }
    result.origin = origin
    return result
  }

  /// The axes in another order.
  ///
  /// - Parameter axes: a permutation of `0 ..< rank`; nil exchanges the last two.
  /// - Returns: a tensor whose axis `i` is this tensor's axis `axes[i]`: [a, b, c] becomes [a, c, b] with
  ///   nil.
  public func transposed(_ axes: [Int]? = nil) -> Tensor {
    require(axes != nil || rank >= 2, "\(shape) has not two axes to exchange.")
    let order = axes ?? Array(0..<(rank - 2)) + [rank - 1, rank - 2]
    require(
      order.sorted() == Array(0..<rank), "\(order) does not permute the axes of \(shape).")
    let y = Tensor(uninitialized: order.map { shape[$0] })
    let strides = Kernels.strides(shape)
    Kernels.copy(
      shape: y.shape, from: self, strides: order.map { strides[$0] }, to: y,
      strides: Kernels.strides(y.shape))
    return .operation(y, [node]) { [node] dy, sink in
      var inverse = order
      for (position, axis) in order.enumerated() { inverse[axis] = position }
      sink.add(dy.transposed(inverse), to: node)
    }
  }

  /// A part of one axis.
  ///
  /// Along the first axis it shares memory.
  ///
  /// - Parameters:
  ///   - axis: which, counted from 0; a negative one counts from the end.
  ///   - range: the indices that stay, all within the axis.
  /// - Returns: the same shape with `range.count` in the place of that axis.
  public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = normalized(axis: axis)
    require(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "Range \(range) is not inside axis \(axis) of \(shape).")
    var target = shape
    target[axis] = range.count
    let strides = Kernels.strides(shape)
    let start = range.lowerBound * strides[axis]
    let y: Tensor
    if axis == 0 {
      y = Tensor(shape: target, storage: storage, offset: offset + start)
    } else {
      y = Tensor(uninitialized: target)
      Kernels.copy(
        shape: target, from: self, offset: start, strides: strides, to: y,
        strides: Kernels.strides(target))
    }
    return .operation(y, [node]) { [node] dy, sink in
      sink.accumulate(to: node) { dx, adding in
        if !adding { Kernels.fill(dx, with: 0) }
        Kernels.add(
          shape: target, from: dy, strides: Kernels.strides(target), to: dx, targetOffset: start,
          strides: strides)
      }
    }
  }

  /// Tensors one after the other along an axis.
  ///
  /// - Parameters:
  ///   - parts: at least one; their shapes differ at most in that axis.
  ///   - axis: which, counted from 0; a negative one counts from the end.
  /// - Returns: the parts' shape with the sum of their lengths at that axis.
  public static func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
    require(!parts.isEmpty, "There is nothing to concatenate.")
    let axis = parts[0].normalized(axis: axis)
    var target = parts[0].shape
    for part in parts {
      require(
        part.rank == target.count, "\(part.shape) does not line up with \(parts[0].shape).")
    }
    target[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    let y = Tensor(uninitialized: target)
    let strides = Kernels.strides(target)
    var starts: [Int] = []
    var position = 0
    for part in parts {
      var expected = target
      expected[axis] = part.shape[axis]
      require(part.shape == expected, "\(part.shape) does not line up with \(parts[0].shape).")
      starts.append(position * strides[axis])
      Kernels.copy(
        shape: part.shape, from: part, strides: Kernels.strides(part.shape), to: y,
        targetOffset: position * strides[axis], strides: strides)
      position += part.shape[axis]
    }
    let nodes = parts.map(\.node)
    return operation(y, nodes) { dy, sink in
      for (node, start) in zip(nodes, starts) {
        guard let node else { continue }
        let part = Tensor(uninitialized: node.shape)
        Kernels.copy(
          shape: node.shape, from: dy, offset: start, strides: strides, to: part,
          strides: Kernels.strides(node.shape))
        sink.add(part, to: node)
      }
    }
  }

  /// Repeated along axes of length 1 and new leading axes until it has the given shape.
  ///
  /// - Parameter target: a shape that this one fits when both are aligned at their last axes.
  /// - Returns: a tensor of the target's shape.
  public func broadcast(to target: [Int]) -> Tensor {
    if shape == target { return self }
    require(
      Tensor.broadcastShape(shape, target) == target, "\(shape) does not broadcast to \(target).")
    let y = Tensor(uninitialized: target)
    Kernels.copy(
      shape: target, from: self, strides: Kernels.broadcastStrides(shape, to: target), to: y,
      strides: Kernels.strides(target))
    return .operation(y, [node]) { [node, shape] dy, sink in
      sink.add(dy.summed(to: shape), to: node)
    }
  }

  /// The rows (slices along the first axis) with the given indices, in that order.
  ///
  /// - Parameter indices: each within the first axis; the same one may stand several times, and its
  ///   gradients are added up.
  /// - Returns: [indices.count, ...]. This tensor is [rows, ...].
  public func gathered(_ indices: [Int]) -> Tensor {
    require(rank >= 1, "A scalar has no rows.")
    require(
      indices.allSatisfy { $0 >= 0 && $0 < shape[0] },
      "An index of \(indices) is not a row of \(shape).")
    let y = Tensor(uninitialized: [indices.count] + shape.dropFirst())
    Kernels.gatherRows(self, indices, into: y)
    return .operation(y, [node]) { [node, shape] dy, sink in
      let dx = Tensor.zeros(shape)
      Kernels.scatterRows(dy, indices, addingTo: dx)
      sink.add(dx, to: node)
    }
  }
}
