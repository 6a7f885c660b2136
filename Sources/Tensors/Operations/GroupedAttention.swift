/// Which keys a query sees, and how scores are scaled.
package struct AttentionScope: Sendable, Hashable {
  /// How many heads of queries there are.
  package var heads: Int
  /// How many heads of keys and values there are: divides the heads of queries, and each serves as many
  /// that follow one another.
  package var keyValueHeads: Int
  /// Whether a token sees none that comes after it.
  package var isCausal: Bool
  /// How many tokens a causal query sees, itself included; nil for all up to itself.
  package var window: Int?
  /// What scores are multiplied by; 1 / √(width of a head) if nil.
  package var scale: Float?

  /// Says who sees whom.
  package init(
    heads: Int, keyValueHeads: Int? = nil, isCausal: Bool, window: Int? = nil, scale: Float? = nil
  ) {
    (self.heads, self.keyValueHeads) = (heads, keyValueHeads ?? heads)
    (self.isCausal, self.window, self.scale) = (isCausal, window, scale)
  }

  /// The layout of queries [texts, tokens, heads · width] and of keys and values
  /// [texts, tokens, keyValueHeads · width], of which each text has `starts` before its queries.
  fileprivate func layout(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, lengths: [Int], starts: [Int]
  ) -> Kernels.GroupedLayout {
    require(
      query.rank == 3 && key.rank == 3 && key.shape == value.shape && heads > 0
        && keyValueHeads > 0 && heads % keyValueHeads == 0 && query.shape[2] % heads == 0
        && query.shape[2] / heads * keyValueHeads == key.shape[2] && query.shape[0] == key.shape[0]
        && (window ?? 1) > 0,
      "Queries \(query.shape), keys \(key.shape) and values \(value.shape) do not fit "
        + "\(heads) heads that share \(keyValueHeads).")
    let texts = query.shape[0]
    require(
      lengths.count == texts && starts.count == texts
        && zip(lengths, starts).allSatisfy {
          1...max(1, query.shape[1]) ~= $0 && $1 >= 0 && $0 + $1 <= key.shape[1]
        },
      "Texts of \(lengths) tokens after \(starts) do not fit \(query.shape) and \(key.shape).")
    let width = query.shape[2] / heads
    return Kernels.GroupedLayout(
      heads: heads, keyValueHeads: keyValueHeads, width: width, queryRows: query.shape[1],
      keyRows: key.shape[1], queries: lengths, offsets: starts, isCausal: isCausal,
      window: window ?? Int(Int32.max), scale: scale ?? 1 / Float(width).squareRoot())
  }
}

extension Tensor {
  /// Attention of texts of several lengths, softmax(scale Q Kᵀ) V over the keys that each query sees.
  ///
  /// A text's tokens see only tokens of that text, so what it is filled up with changes nothing; the rows
  /// after its end are zero, and so are their gradients. Kept for the backward pass: queries, keys, values
  /// and two numbers a row of scores.
  ///
  /// - Parameters:
  ///   - query: [texts, tokens, heads · width].
  ///   - key: [texts, tokens, keyValueHeads · width].
  ///   - value: as the keys.
  ///   - lengths: the tokens of each text, at least one.
  ///   - scope: which keys a query sees.
  /// - Returns: as the queries.
  package static func attention(
    query: Tensor, key: Tensor, value: Tensor, lengths: [Int], _ scope: AttentionScope
  ) -> Tensor {
    let layout = scope.layout(
      query, key, value, lengths: lengths, starts: Array(repeating: 0, count: lengths.count))
    let y = Tensor(uninitialized: query.shape)
    let norms = Tensor(uninitialized: [layout.units, layout.group, 2, layout.queryRows])
    Kernels.groupedAttention(query, key, value, layout, into: y, norms: norms)
    let (q, k, v) = (query.detached(), key.detached(), value.detached())
    return .operation(y, [query.node, key.node, value.node]) {
      [qn = query.node, kn = key.node, vn = value.node] dy, sink in
      let (dq, dk) = (Tensor(uninitialized: q.shape), Tensor(uninitialized: k.shape))
      let dv = Tensor(uninitialized: v.shape)
      Kernels.groupedAttentionBackward(
        q, k, v, layout, norms: norms, dy: dy, query: dq, key: dk, value: dv)
      sink.add(dq, to: qn)
      sink.add(dk, to: kn)
      sink.add(dv, to: vn)
    }
  }

  /// Causal attention of new tokens over the keys and values of all tokens so far, without a gradient.
  ///
  /// - Parameters:
  ///   - query: of the new tokens, [texts, tokens, heads · width].
  ///   - keys: of all tokens, the new ones included, [texts, capacity, keyValueHeads · width].
  ///   - values: as the keys.
  ///   - starts: how many tokens each text had before.
  ///   - lengths: how many of its new tokens count.
  ///   - scope: which keys a query sees.
  /// - Returns: as the queries; rows after a text's new tokens are zero.
  package static func cachedAttention(
    query: Tensor, keys: Tensor, values: Tensor, starts: [Int], lengths: [Int],
    _ scope: AttentionScope
  ) -> Tensor {
    let layout = scope.layout(query, keys, values, lengths: lengths, starts: starts)
    let y = Tensor(uninitialized: query.shape)
    if query.shape[1] == 1 {
      Kernels.groupedStep(query, keys, values, layout, into: y)
    } else {
      let norms = Tensor(uninitialized: [layout.units, layout.group, 2, layout.queryRows])
      Kernels.groupedAttention(query, keys, values, layout, into: y, norms: norms)
    }
    return y
  }
}
