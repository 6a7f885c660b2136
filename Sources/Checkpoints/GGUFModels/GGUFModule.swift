/// What GGUF and Hugging Face call a module of a network, and how its numbers differ.
///
/// A `*` is the number of a layer.
struct GGUFModule {
  /// How the numbers of a GGUF file differ from Hugging Face's.
  enum Change {
    /// Not at all.
    case plain
    /// The rows of each head of queries are in the order of rotations that turn neighbours.
    case query
    /// The rows of each head of keys are in that order.
    case key
    /// The weight is 1 larger.
    case oneMore
    /// The weight is the transpose.
    case transposed
  }

  let gguf: String
  let library: String
  let change: Change

  init(_ gguf: String, _ library: String, _ change: Change = .plain) {
    (self.gguf, self.library, self.change) = (gguf, library, change)
  }

  /// The parts that Llama, Qwen and Gemma share.
  private static func common(_ norm: Change, query: Change, key: Change) -> [GGUFModule] {
    let (block, layer) = ("blk.*.", "model.layers.*.")
    return [
      .init("token_embd", "model.embed_tokens"),
      .init(block + "attn_norm", layer + "input_layernorm", norm),
      .init(block + "attn_q", layer + "self_attn.q_proj", query),
      .init(block + "attn_k", layer + "self_attn.k_proj", key),
      .init(block + "attn_v", layer + "self_attn.v_proj"),
      .init(block + "attn_output", layer + "self_attn.o_proj"),
      .init(block + "ffn_gate", layer + "mlp.gate_proj"),
      .init(block + "ffn_up", layer + "mlp.up_proj"),
      .init(block + "ffn_down", layer + "mlp.down_proj"),
      .init("output_norm", "model.norm", norm),
      .init("output", "lm_head"),
    ]
  }

  /// Llama and Qwen.
  static func decoder(query: Change = .plain, key: Change = .plain) -> [GGUFModule] {
    common(.plain, query: query, key: key)
      + [.init("blk.*.ffn_norm", "model.layers.*.post_attention_layernorm")]
  }

  /// The norms of queries and keys.
  static func headNorms(_ norm: Change) -> [GGUFModule] {
    [
      .init("blk.*.attn_q_norm", "model.layers.*.self_attn.q_norm", norm),
      .init("blk.*.attn_k_norm", "model.layers.*.self_attn.k_norm", norm),
    ]
  }

  /// Gemma 3, with two norms more a layer; all multiply by 1 + w.
  static let gemma =
    common(.oneMore, query: .plain, key: .plain) + headNorms(.oneMore) + [
      .init("blk.*.post_attention_norm", "model.layers.*.post_attention_layernorm", .oneMore),
      .init("blk.*.ffn_norm", "model.layers.*.pre_feedforward_layernorm", .oneMore),
      .init("blk.*.post_ffw_norm", "model.layers.*.post_feedforward_layernorm", .oneMore),
    ]

  /// GPT-2, whose library keeps weights as [in, out].
  static let gpt2 = [
    GGUFModule("token_embd", "transformer.wte"),
    .init("position_embd", "transformer.wpe"),
    .init("blk.*.attn_norm", "transformer.h.*.ln_1"),
    .init("blk.*.attn_qkv", "transformer.h.*.attn.c_attn", .transposed),
    .init("blk.*.attn_output", "transformer.h.*.attn.c_proj", .transposed),
    .init("blk.*.ffn_norm", "transformer.h.*.ln_2"),
    .init("blk.*.ffn_up", "transformer.h.*.mlp.c_fc", .transposed),
    .init("blk.*.ffn_down", "transformer.h.*.mlp.c_proj", .transposed),
    .init("output_norm", "transformer.ln_f"),
    .init("output", "lm_head"),
  ]
}
