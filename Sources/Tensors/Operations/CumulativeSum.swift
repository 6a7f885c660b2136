extension Tensor {
  /// The running sums along an axis, each with its own element in it; sums in 64 bits.
  ///
  /// - Parameter axis: counted from 0; a negative one from the end.
  /// - Returns: this tensor's shape.
  public func cumulativeSum(axis: Int) -> Tensor {
    let axis = normalized(axis: axis)
    let outer = shape[..<axis].reduce(1, *)
    let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    func summed(_ x: Tensor, fromBack: Bool) -> Tensor {
      let y = Tensor(uninitialized: x.shape)
      Kernels.cumulativeSum(
        x, outer: outer, length: length, inner: inner, fromBack: fromBack, into: y)
      return y
    }
    return .operation(summed(self, fromBack: false), [node]) { [node] dy, sink in
      sink.add(summed(dy, fromBack: true), to: node)
    }
  }
}
