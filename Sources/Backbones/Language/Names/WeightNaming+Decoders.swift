import PETL

extension WeightNaming {
  /// What transformers calls the tensors of a family.
  static func language(_ family: LanguageFamily) -> WeightNaming {
    switch family {
    case .llama, .mistral, .qwen2, .qwen3: llama
    case .gemma3: gemma
    case .gpt2: gpt2
    case .bert: bert
    case .roberta: roberta
    case .distilbert: distilbert
    case .debertaV2: deberta
    }
  }

  /// Llama, Mistral, Qwen.
  static let llama = decoder(
    "hf-llama", "Llama, Mistral and Qwen of Hugging Face", ["model.", ""],
    norms: [
      Row("blocks.#.norm1.*", "@layers.#.input_layernorm.*"),
      Row("blocks.#.norm2.*", "@layers.#.post_attention_layernorm.*"),
    ])

  /// Gemma 3, whose branches have a norm before and one behind.
  static let gemma = decoder(
    "hf-gemma3", "Gemma 3 of Hugging Face",
    ["model.", "", "model.language_model.", "language_model.model."],
    norms: [
      Row("blocks.#.norm1.*", "@layers.#.input_layernorm.*"),
      Row("blocks.#.attn.norm.*", "@layers.#.post_attention_layernorm.*"),
      Row("blocks.#.norm2.*", "@layers.#.pre_feedforward_layernorm.*"),
      Row("blocks.#.mlp.norm.*", "@layers.#.post_feedforward_layernorm.*"),
    ])

  private static func decoder(
    _ id: String, _ summary: String, _ prefixes: [String], norms: [Row]
  ) -> WeightNaming {
    WeightNaming(
      id: id, summary: summary, prefixes: prefixes, marker: "@embed_tokens.weight",
      rows: norms + [
        Row("token_embedding.weight", "@embed_tokens.weight"),
        Row("blocks.#.attn.q.*", "@layers.#.self_attn.q_proj.*"),
        Row("blocks.#.attn.k.*", "@layers.#.self_attn.k_proj.*"),
        Row("blocks.#.attn.v.*", "@layers.#.self_attn.v_proj.*"),
        Row("blocks.#.attn.q_norm.*", "@layers.#.self_attn.q_norm.*"),
        Row("blocks.#.attn.k_norm.*", "@layers.#.self_attn.k_norm.*"),
        Row("blocks.#.attn.proj.*", "@layers.#.self_attn.o_proj.*"),
        Row("blocks.#.mlp.gate.*", "@layers.#.mlp.gate_proj.*"),
        Row("blocks.#.mlp.fc1.*", "@layers.#.mlp.up_proj.*"),
        Row("blocks.#.mlp.fc2.*", "@layers.#.mlp.down_proj.*"),
        Row("norm.*", "@norm.*"), Row("head.weight", "lm_head.weight"),
        Row("score.weight", "score.weight"),
      ],
      asides: [
        Aside(containing: "rotary_emb.inv_freq", what: "the frequencies of the positions"),
        Aside(prefix: "vision_tower.", what: "the image tower"),
        Aside(prefix: "model.vision_tower.", what: "the image tower"),
        Aside(prefix: "multi_modal_projector.", what: "the map from images"),
        Aside(prefix: "model.multi_modal_projector.", what: "the map from images"),
      ])
  }

  /// GPT-2: maps are stored as [in, out], query, key and value as one.
  static let gpt2 = WeightNaming(
    id: "hf-gpt2", summary: "GPT-2 of Hugging Face", prefixes: ["transformer.", ""],
    marker: "@wte.weight",
    rows: [
      Row("token_embedding.weight", "@wte.weight"), Row("pos_embed", "@wpe.weight"),
      Row("blocks.#.norm1.*", "@h.#.ln_1.*"), Row("blocks.#.norm2.*", "@h.#.ln_2.*"),
      Row("blocks.#.attn.qkv.weight", "@h.#.attn.c_attn.weight", layout: .transposed),
      Row("blocks.#.attn.qkv.bias", "@h.#.attn.c_attn.bias"),
      Row("blocks.#.attn.proj.weight", "@h.#.attn.c_proj.weight", layout: .transposed),
      Row("blocks.#.attn.proj.bias", "@h.#.attn.c_proj.bias"),
      Row("blocks.#.mlp.fc1.weight", "@h.#.mlp.c_fc.weight", layout: .transposed),
      Row("blocks.#.mlp.fc1.bias", "@h.#.mlp.c_fc.bias"),
      Row("blocks.#.mlp.fc2.weight", "@h.#.mlp.c_proj.weight", layout: .transposed),
      Row("blocks.#.mlp.fc2.bias", "@h.#.mlp.c_proj.bias"),
      Row("norm.*", "@ln_f.*"), Row("head.weight", "lm_head.weight"),
      Row("score.weight", "score.weight"),
    ],
    asides: [
      Aside(containing: ".attn.bias", what: "the causal mask"),
      Aside(containing: ".attn.masked_bias", what: "what hides a token"),
    ])
}
