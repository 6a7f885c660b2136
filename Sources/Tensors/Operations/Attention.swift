extension Tensor {
  /// Multi-head self-attention: softmax(Q Kᵀ / √(width / heads)) V for every head.
  ///
  /// Kept for the backward pass: the inputs, the output and one number a row of scores.
  ///
  /// - Parameter heads: divides the width.
  /// - Returns: [images, tokens, width]. This tensor is query, key and value side by side,
  ///   [images, tokens, 3 width].
  public func attention(heads: Int) -> Tensor {
    precondition(
      rank == 3 && heads > 0 && shape[2] % (3 * heads) == 0,
      "\(shape) is not [images, tokens, 3 width] with \(heads) heads.")
    let layout = Kernels.AttentionLayout(
      images: shape[0], tokens: shape[1], width: shape[2] / 3, heads: heads)
    let y = Tensor(uninitialized: [layout.images, layout.tokens, layout.width])
    let lse = Tensor(uninitialized: [layout.pairs, layout.tokens])
    Kernels.attention(self, layout, into: y, lse: lse)
    let qkv = detached()
    return .operation(y, [node]) { [node] dy, sink in
      let dqkv = Tensor(uninitialized: qkv.shape)
      Kernels.attentionBackward(qkv, layout, y: y, lse: lse, dy: dy, into: dqkv)
      sink.add(dqkv, to: node)
    }
  }
}
