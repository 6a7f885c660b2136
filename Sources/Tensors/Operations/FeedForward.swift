/// The function of a feed-forward branch that is one operation.
package enum FeedForwardFunction: Sendable {
  /// x Φ(x).
  case gelu
  /// x σ(1.702 x).
  case quickGELU

  fileprivate func finish(slope: Tensor?) -> MapFinish {
    switch self {
    case .gelu: .gelu(slope: slope)
    case .quickGELU: .quickGELU(slope: slope)
    }
  }
}

extension Tensor {
  /// The feed-forward branch of a frozen block: down(f(up(x))), added to another tensor where one is given.
  ///
  /// f and its slope are computed while the products are at hand, for some rows at a time, so that
  /// the hidden layer stays in cache and is never whole in memory. Kept for the backward pass: the
  /// slope, [..., hidden], and nothing of the input.
  ///
  /// - Parameters:
  ///   - up: from [..., in] to [..., hidden].
  ///   - down: from [..., hidden] to [..., out].
  ///   - function: f.
  ///   - stream: what the output is added to, [..., out].
  /// - Returns: [..., out].
  package func feedForward(
    up: any FrozenMap, down: any FrozenMap, _ function: FeedForwardFunction = .gelu,
    addedTo stream: Tensor? = nil
  ) -> Tensor {
    require(
      shape.last == up.inputWidth && up.outputWidth == down.inputWidth,
      "Inputs of shape \(shape) do not fit \(up.inputWidth) → \(up.outputWidth), "
        + "\(down.inputWidth) → \(down.outputWidth).")
    let records = node != nil && GradientMode.isRecording
    let hidden = up.outputWidth
    let rows = Kernels.matrix(self).rows
    let slope = records ? Tensor(uninitialized: [rows, hidden]) : nil
    let y = Tensor(uninitialized: Array(shape.dropLast()) + [down.outputWidth])
    require(
      stream == nil || stream?.shape == y.shape, "The sum of \(y.shape) and another shape.")
    for part in Tensor.parts(ofRows: rows, width: hidden) {
      let inner = Tensor(uninitialized: [part.count, hidden])
      up.apply(
        to: rowsView(part), into: inner, finish: function.finish(slope: slope?.rowsView(part)))
      down.apply(
        to: inner, into: y.rowsView(part),
        finish: stream.map { .adding($0.rowsView(part)) } ?? .none)
    }
    return .operation(y, [node, stream?.node]) { [node, streamNode = stream?.node] dy, sink in
      if let slope {
        sink.accumulate(to: node) { dx, adding in
          for part in Tensor.parts(ofRows: rows, width: hidden) {
            let inner = Tensor(uninitialized: [part.count, hidden])
            down.applyTransposed(
              to: dy.rowsView(part), into: inner, finish: .scaling(by: slope.rowsView(part)))
            up.applyTransposed(to: inner, into: dx.rowsView(part), adding: adding)
          }
        }
      }
      sink.add(dy, to: streamNode)
    }
  }

  /// Equal parts of the rows of a matrix, each of about 8 MB if that leaves it 768 rows, from which on
  /// products do not care.
  static func parts(ofRows rows: Int, width: Int) -> [Range<Int>] {
    let count = max(1, min((rows * width) >> 21, rows / 768))
    let length = (rows + count - 1) / count
    return stride(from: 0, to: rows, by: max(1, length)).map { $0..<min(rows, $0 + length) }
  }

  /// Some rows of this tensor seen as a matrix, in its own memory and outside of any graph.
  func rowsView(_ range: Range<Int>) -> Tensor {
    let cols = Kernels.matrix(self).cols
    return Tensor(
      shape: [range.count, cols], storage: storage, offset: offset + range.lowerBound * cols)
  }
}
