extension Tensor {
  /// The feed-forward branch of a frozen block: down(gelu(up(x))), added to another tensor where one
  /// is given.
  ///
  /// GELU and its slope are computed while the products are at hand. Kept for the backward pass: the
  /// slope, [..., hidden], and nothing of the input.
  ///
  /// - Parameters:
  ///   - up: from [..., in] to [..., hidden].
  ///   - down: from [..., hidden] to [..., out].
  ///   - stream: what the output is added to, [..., out].
  /// - Returns: [..., out].
  public func feedForward(
    up: any FrozenMap, down: any FrozenMap, addedTo stream: Tensor? = nil
  ) -> Tensor {
    precondition(
      shape.last == up.inputWidth && up.outputWidth == down.inputWidth,
      "Inputs of shape \(shape) do not fit \(up.inputWidth) → \(up.outputWidth), "
        + "\(down.inputWidth) → \(down.outputWidth).")
    let records = node != nil && GradientMode.isRecording
    let hiddenShape = Array(shape.dropLast()) + [up.outputWidth]
    let slope = records ? Tensor(uninitialized: hiddenShape) : nil
    let y = Tensor(uninitialized: shape.dropLast() + [down.outputWidth])
    precondition(
      stream == nil || stream?.shape == y.shape, "The sum of \(y.shape) and another shape.")
    let hidden = Tensor(uninitialized: hiddenShape)
    up.apply(to: self, into: hidden, finish: .gelu(slope: slope))
    down.apply(to: hidden, into: y, finish: stream.map { .adding($0) } ?? .none)
    return .operation(y, [node, stream?.node]) { [node, streamNode = stream?.node] dy, sink in
      if let slope {
        let dhidden = Tensor(uninitialized: slope.shape)
        down.applyTransposed(to: dy, into: dhidden, finish: .scaling(by: slope))
        sink.accumulate(to: node) { dx, adding in
          up.applyTransposed(to: dhidden, into: dx, adding: adding)
        }
      }
      sink.add(dy, to: streamNode)
    }
  }
}
