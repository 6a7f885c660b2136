extension Tensor {
  /// Multi-head self-attention: softmax(Q Kᵀ / √(width / heads) + bias) V for every head.
  ///
  /// Kept for the backward pass: the inputs and two numbers a row of scores.
  ///
  /// - Parameters:
  ///   - heads: divides the width.
  ///   - queries: how many of the first tokens of each image ask, all of them if nil. Every token
  ///     answers; the gradient of the other queries is zero.
  ///   - bias: what is added to the scores, a mask or relative positions; it gets no gradient.
  /// - Returns: [images, queries, width]. This tensor is query, key and value side by side,
  ///   [images, tokens, 3 width].
  package func attention(
    heads: Int, queries: Int? = nil, bias: AttentionBias? = nil
  ) -> Tensor {
    require(
      rank == 3 && heads > 0 && shape[2] % (3 * heads) == 0,
      "\(shape) is not [images, tokens, 3 width] with \(heads) heads.")
    let queries = queries ?? shape[1]
    require(
      min(1, shape[1])...shape[1] ~= queries,
      "\(queries) queries are not among the \(shape[1]) tokens.")
    bias?.check(images: shape[0], heads: heads, tokens: shape[1], width: shape[2] / 3)
    let layout = Kernels.AttentionLayout(
      images: shape[0], tokens: shape[1], queries: queries, width: shape[2] / 3, heads: heads,
      bias: bias)
    let y = Tensor(uninitialized: [layout.images, queries, layout.width])
    let norms = Tensor(uninitialized: [layout.pairs, 2, queries])
    Kernels.attention(self, layout, into: y, norms: norms)
    let qkv = detached()
    return .operation(y, [node]) { [node] dy, sink in
      let dqkv = Tensor(uninitialized: qkv.shape)
      Kernels.attentionBackward(qkv, layout, norms: norms, dy: dy, into: dqkv)
      sink.add(dqkv, to: node)
    }
  }
}
