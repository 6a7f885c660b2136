import PETL

/// Every token looks at itself and those before it.
///
/// Text batches have different lengths, so the mask of each length is made when it is first needed.
final class CausalAttention: TokenMixing {
  private let heads: Int
  private var masks: [Int: AttentionBias] = [:]

  init(heads: Int) { self.heads = heads }

  func callAsFunction(_ qkv: Tensor, queries: Int?) -> Tensor {
    let (tokens, headWidth) = (qkv.shape[1], qkv.shape[2] / 3 / heads)
    let mask = masks[tokens] ?? .causal(tokens: tokens, headWidth: headWidth)
    masks[tokens] = mask
    return qkv.attention(heads: heads, queries: queries, bias: mask)
  }
}
