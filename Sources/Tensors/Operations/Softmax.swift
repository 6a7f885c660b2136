extension Tensor {
  /// The softmax over the last axis: positive numbers of this tensor's shape, each row with the sum 1.
  public func softmax() -> Tensor {
    let y = Tensor(uninitialized: shape)
    Kernels.softmax(self, into: y)
    return .operation(y, [node]) { [node] dy, sink in
      let dx = Tensor(uninitialized: dy.shape)
      Kernels.softmaxBackward(y, dy: dy, into: dx)
      sink.add(dx, to: node)
    }
  }

  /// The mean cross-entropy −log softmax(logits)[label] of a batch.
  ///
  /// - Parameter labels: one class index for each row, 0 ..< classes.
  /// - Returns: a scalar. This tensor is the logits, [rows, classes].
  public func crossEntropy(_ labels: [Int]) -> Tensor {
    require(
      rank == 2 && labels.count == shape[0], "\(labels.count) labels do not fit \(shape).")
    require(
      labels.allSatisfy { $0 >= 0 && $0 < shape[1] }, "A label is not one of \(shape[1]) classes.")
    let losses = Tensor(uninitialized: [shape[0]])
    let softmax = Tensor(uninitialized: shape)
    Kernels.crossEntropy(
      self, labels: labels.map(Int32.init), losses: losses, softmax: softmax)
    let rows = Float(max(1, labels.count))
    return .operation(Tensor(Kernels.sum(losses) / rows), [node]) { [node] dy, sink in
      let scale = dy.item / rows
      let dx = softmax.scaled(by: scale)
      Kernels.subtractAtLabels(labels, scale, from: dx)
      sink.add(dx, to: node)
    }
  }
}
