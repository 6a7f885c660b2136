import PETL

extension WeightNaming {
  /// Every naming of CLIP's text tower.
  static let textTowers = [huggingFaceText, openCLIPText]

  /// The text tower of Hugging Face's CLIP.
  static let huggingFaceText = WeightNaming(
    id: "hf-clip-text", summary: "the text tower of Hugging Face CLIP", prefixes: ["text_model."],
    marker: "@embeddings.token_embedding.weight",
    rows: [
      Row("token_embedding.weight", "@embeddings.token_embedding.weight"),
      Row("pos_embed", "@embeddings.position_embedding.weight"),
      Row("blocks.#.norm1.*", "@encoder.layers.#.layer_norm1.*"),
      Row("blocks.#.norm2.*", "@encoder.layers.#.layer_norm2.*"),
      Row(
        "blocks.#.attn.qkv.*", "@encoder.layers.#.self_attn.q_proj.*",
        "@encoder.layers.#.self_attn.k_proj.*", "@encoder.layers.#.self_attn.v_proj.*"),
      Row("blocks.#.attn.proj.*", "@encoder.layers.#.self_attn.out_proj.*"),
      Row("blocks.#.mlp.fc1.*", "@encoder.layers.#.mlp.fc1.*"),
      Row("blocks.#.mlp.fc2.*", "@encoder.layers.#.mlp.fc2.*"),
      Row("norm.*", "@final_layer_norm.*"), Row("head.weight", "text_projection.weight"),
    ],
    asides: imageTower(["vision_model.", "visual_projection."]) + [
      Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions")
    ], epsilon: 1e-5, isQuickGELU: true)

  /// The text tower of open_clip and OpenAI's CLIP, also where open_clip puts `text.` before it.
  static let openCLIPText = WeightNaming(
    id: "open-clip-text", summary: "the text tower of open_clip and OpenAI's CLIP",
    prefixes: ["text.", ""], marker: "@token_embedding.weight",
    rows: [
      Row("token_embedding.weight", "@token_embedding.weight"),
      Row("pos_embed", "@positional_embedding"),
      Row("blocks.#.norm1.*", "@transformer.resblocks.#.ln_1.*"),
      Row("blocks.#.norm2.*", "@transformer.resblocks.#.ln_2.*"),
      Row("blocks.#.attn.qkv.weight", "@transformer.resblocks.#.attn.in_proj_weight"),
      Row("blocks.#.attn.qkv.bias", "@transformer.resblocks.#.attn.in_proj_bias"),
      Row("blocks.#.attn.proj.*", "@transformer.resblocks.#.attn.out_proj.*"),
      Row("blocks.#.mlp.fc1.*", "@transformer.resblocks.#.mlp.c_fc.*"),
      Row("blocks.#.mlp.fc2.*", "@transformer.resblocks.#.mlp.c_proj.*"),
      Row("norm.*", "@ln_final.*"), Row("head.weight", "@text_projection", layout: .transposed),
    ],
    asides: imageTower(["visual.", "@visual."]) + [
      Aside(containing: "attn_mask", what: "the causal mask"),
      Aside(prefix: "@input_resolution", what: "a size of OpenAI's archive"),
      Aside(prefix: "@context_length", what: "a size of OpenAI's archive"),
      Aside(prefix: "@vocab_size", what: "a size of OpenAI's archive"),
    ], epsilon: 1e-5)

  private static func imageTower(_ prefixes: [String]) -> [Aside] {
    prefixes.map { Aside(prefix: $0, what: "the image tower", of: .image) }
      + ["logit_scale", "logit_bias"].map { Aside(containing: $0, what: "the scale of the logits") }
  }
}
