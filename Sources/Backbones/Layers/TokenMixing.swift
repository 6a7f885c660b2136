import PETL

/// How the tokens of a block look at each other.
protocol TokenMixing {
  /// What the tokens take over from each other.
  ///
  /// - Parameters:
  ///   - qkv: query, key and value side by side, [images, tokens, 3 width].
  ///   - queries: how many of the first tokens ask; all if nil.
  /// - Returns: [images, queries, width].
  func callAsFunction(_ qkv: Tensor, queries: Int?) -> Tensor
}

/// Every token looks at every other, or at those that a mask leaves.
struct FullAttention: TokenMixing {
  let heads: Int
  /// What is added to the scores.
  var bias: AttentionBias?

  func callAsFunction(_ qkv: Tensor, queries: Int?) -> Tensor {
    qkv.attention(heads: heads, queries: queries, bias: bias)
  }
}
