extension Tensor {
  /// An operation of your own: its result and how a gradient goes back through it.
  ///
  /// The closure runs at most once a backward pass, without recording. Capture in it only what it
  /// needs: whatever it holds stays in memory until then.
  ///
  /// ```swift
  /// func cubed(_ x: Tensor) -> Tensor {
  ///   Tensor.custom(from: [x], result: x * x * x) { gradient in [3 * gradient * x * x] }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: the tensors that the result depends on.
  ///   - result: the value; a graph that it may carry is dropped.
  ///   - backward: from the result's gradient to one gradient for each input, nil where there is
  ///     none.
  /// - Returns: the result, in the graph when an input requires a gradient.
  public static func custom(
    from inputs: [Tensor], result: Tensor, backward: @escaping (Tensor) -> [Tensor?]
  ) -> Tensor {
    let nodes = inputs.map(\.node)
    return operation(result, nodes) { gradient, sink in
      let gradients = backward(gradient)
      require(
        gradients.count == nodes.count,
        "A backward closure gave \(gradients.count) gradients for \(nodes.count) inputs.")
      for (node, gradient) in zip(nodes, gradients) {
        if let gradient { sink.add(gradient, to: node) }
      }
    }
  }

  /// `result` as the output of an operation with the given inputs; a plain tensor when nothing
  /// requires a gradient or recording is off.
  static func operation(
    _ result: Tensor, _ inputs: [GradientNode?], backward: @escaping GradientNode.Backward
  ) -> Tensor {
    let nodes = inputs.compactMap { $0 }
    guard !nodes.isEmpty, GradientMode.isRecording else { return result.detached() }
    let node = GradientNode(shape: result.shape, inputs: nodes, backward: backward)
    return Tensor(
      shape: result.shape, storage: result.storage, offset: result.offset, node: node)
  }
}
