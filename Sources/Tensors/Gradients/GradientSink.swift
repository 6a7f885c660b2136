/// Where a backward closure leaves the gradients of its operation's inputs.
struct GradientSink {
  /// Adds a gradient to an input's; does nothing for an input without a node.
  ///
  /// - Parameters:
  ///   - gradient: of the input's shape. Its memory may be taken over.
  ///   - node: the input's node.
  func add(_ gradient: @autoclosure () -> Tensor, to node: GradientNode?) {
    guard let node else { return }
    let gradient = gradient()
    require(
      gradient.shape == node.shape,
      "A gradient of shape \(gradient.shape) does not fit a tensor of shape \(node.shape).")
    guard let sum = node.gradient.take() else {
      node.gradient = gradient.detached()
      return
    }
    node.gradient = sum.addedInPlace(gradient)
  }

  /// Lets `body` write an input's gradient, or add to it, with no temporary in between.
  ///
  /// - Parameters:
  ///   - node: the input's node; nothing happens when there is none.
  ///   - body: writes the gradient into the tensor, or adds to it when the flag is true.
  func accumulate(to node: GradientNode?, _ body: (_ target: Tensor, _ adding: Bool) -> Void) {
    guard let node else { return }
    if var sum = node.gradient.take() {
      if !isKnownUniquelyReferenced(&sum.storage) { sum = sum.copied() }
      body(sum, true)
      node.gradient = sum
    } else {
      let fresh = Tensor(uninitialized: node.shape)
      body(fresh, false)
      node.gradient = fresh
    }
  }
}

extension Tensor {
  /// The sum, in this tensor's memory when nobody else holds it.
  consuming func addedInPlace(_ other: Tensor) -> Tensor {
    var sum = self
    if isKnownUniquelyReferenced(&sum.storage) {
      Kernels.add(other, scaledBy: 1, to: sum)
      return sum
    }
    let fresh = Tensor(uninitialized: sum.shape)
    Kernels.binary(.add, sum, other, into: fresh)
    return fresh
  }
}
