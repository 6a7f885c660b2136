/// Order along an axis. Equal elements stay in their order, and NaN counts as the largest (as in PyTorch).
///
/// A gradient goes to the elements that were picked; none goes through indices.
extension Tensor {
  /// The elements in order along an axis.
  ///
  /// - Parameters:
  ///   - axis: counted from 0; a negative one from the end.
  ///   - descending: true to begin with the largest.
  /// - Returns: this tensor's shape.
  public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    let axis = normalized(axis: axis)
    let order = places(axis: axis, descending: descending, count: shape[axis])
    return gathered(order, along: axis)
  }

  /// The places along an axis in the order of their elements, in row-major order of this tensor's shape.
  ///
  /// - Parameters:
  ///   - axis: counted from 0; a negative one from the end.
  ///   - descending: true to begin with the place of the largest.
  /// - Returns: as many as there are elements, each within the axis: what `gathered(_:along:)` takes.
  public func sortedIndices(axis: Int = -1, descending: Bool = false) -> [Int] {
    let axis = normalized(axis: axis)
    return places(axis: axis, descending: descending, count: shape[axis])
  }

  /// The largest elements along an axis, the largest first.
  ///
  /// - Parameters:
  ///   - count: how many, at most the axis's length.
  ///   - axis: counted from 0; a negative one from the end.
  /// - Returns: the elements, of this tensor's shape with `count` in the place of the axis, and their places
  ///   along it in the same row-major order.
  public func top(_ count: Int, axis: Int = -1) -> (values: Tensor, indices: [Int]) {
    let axis = normalized(axis: axis)
    require(
      count >= 0 && count <= shape[axis], "Axis \(axis) of \(shape) has no \(count) elements.")
    let order = places(axis: axis, descending: true, count: count)
    return (gathered(order, along: axis), order)
  }

  /// The elements at places along an axis, each line with its own.
  ///
  /// - Parameters:
  ///   - indices: as many for each line along the axis, in row-major order of the result; the same one may
  ///     stand several times, and its gradients are added up.
  ///   - axis: counted from 0; a negative one from the end.
  /// - Returns: this tensor's shape with the number of indices of a line in the place of the axis.
  public func gathered(_ indices: [Int], along axis: Int) -> Tensor {
    let axis = normalized(axis: axis)
    let lines = shape[..<axis].reduce(1, *) * shape[(axis + 1)...].reduce(1, *)
    require(
      lines > 0 && indices.count % lines == 0,
      "\(indices.count) indices are not as many for each of the \(lines) lines of \(shape).")
    require(
      indices.allSatisfy { $0 >= 0 && $0 < shape[axis] },
      "An index is not within axis \(axis) of \(shape).")
    let count = indices.count / lines
    let swap = swapped(axis)
    let x = swap.map(transposed) ?? self
    // The indices as rows, as those of the elements are.
    let places =
      swap == nil ? indices : turned(indices, axis: axis, from: count, to: shape[rank - 1])
    let y = Tensor(uninitialized: x.shape.dropLast() + [count])
    Kernels.gatherInRows(x, places, into: y)
    let result = Tensor.operation(y, [x.node]) { [node = x.node, shape = x.shape] dy, sink in
      let dx = Tensor.zeros(shape)
      Kernels.scatterInRows(dy, places, addingTo: dx)
      sink.add(dx, to: node)
    }
    return swap.map(result.transposed) ?? result
  }

  /// The permutation that exchanges an axis with the last; nil where it is the last.
  private func swapped(_ axis: Int) -> [Int]? {
    if axis == rank - 1 { return nil }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return order
  }

  /// The first places of the order along an axis, in row-major order with `count` in its place.
  private func places(axis: Int, descending: Bool, count: Int) -> [Int] {
    let swap = swapped(axis)
    let x = noGradient { swap.map(transposed) ?? self }
    let order = Kernels.rowOrder(x, descending: descending, count: count)
    return swap == nil ? order : turned(order, axis: axis, from: shape[rank - 1], to: count)
  }

  /// Indices [outer, a, inner, b] as [outer, b, inner, a], outer and inner being the axes before the one that
  /// was exchanged with the last, and between them.
  private func turned(_ x: [Int], axis: Int, from a: Int, to b: Int) -> [Int] {
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)..<(rank - 1)].reduce(1, *)
    var y = [Int](repeating: 0, count: x.count)
    for o in 0..<outer {
      for i in 0..<a {
        for k in 0..<inner {
          for j in 0..<b {
            y[((o * b + j) * inner + k) * a + i] = x[((o * a + i) * inner + k) * b + j]
          }
        }
      }
    }
    return y
  }
}
