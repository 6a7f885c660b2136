import PETL

extension WeightNaming {
  /// timm's names: the others are translated to them.
  ///
  /// DeiT, MAE, MoCo, DINOv2, MIIL and timm's CLIP
  /// have them, too.
  public static let timm = WeightNaming(
    id: "timm", summary: "timm, DeiT, MAE, DINOv2 and CLIP in timm",
    marker: "patch_embed.proj.weight",
    rows: [
      Row("cls_token", "cls_token"), Row("reg_token", "reg_token"), Row("pos_embed", "pos_embed"),
      Row("patch_embed.proj.*", "patch_embed.proj.*"), Row("norm_pre.*", "norm_pre.*"),
      Row("blocks.#.norm1.*", "blocks.#.norm1.*"), Row("blocks.#.norm2.*", "blocks.#.norm2.*"),
      Row("blocks.#.attn.qkv.*", "blocks.#.attn.qkv.*"),
      Row("blocks.#.attn.proj.*", "blocks.#.attn.proj.*"),
      Row("blocks.#.ls1.gamma", "blocks.#.ls1.gamma"),
      Row("blocks.#.ls2.gamma", "blocks.#.ls2.gamma"),
      Row("blocks.#.mlp.fc1.*", "blocks.#.mlp.fc1.*"),
      Row("blocks.#.mlp.fc2.*", "blocks.#.mlp.fc2.*"), Row("norm.*", "norm.*"),
      Row("fc_norm.*", "fc_norm.*"), Row("head.*", "head.*"),
    ])

  /// Hugging Face's ViT as its files have it.
  public static let huggingFaceViT = WeightNaming(
    id: "hf-vit", summary: "Hugging Face ViT, the names on disk", prefixes: ["vit.", ""],
    marker: "@encoder.layer.0.intermediate.dense.weight",
    rows: huggingFaceEmbeddings + [
      Row("blocks.#.norm1.*", "@encoder.layer.#.layernorm_before.*"),
      Row("blocks.#.norm2.*", "@encoder.layer.#.layernorm_after.*"),
      Row(
        "blocks.#.attn.qkv.*", "@encoder.layer.#.attention.attention.query.*",
        "@encoder.layer.#.attention.attention.key.*",
        "@encoder.layer.#.attention.attention.value.*"),
      Row("blocks.#.attn.proj.*", "@encoder.layer.#.attention.output.dense.*"),
      Row("blocks.#.mlp.fc1.*", "@encoder.layer.#.intermediate.dense.*"),
      Row("blocks.#.mlp.fc2.*", "@encoder.layer.#.output.dense.*"),
      Row("norm.*", "@layernorm.*"), Row("head.*", "classifier.*"),
    ], asides: [pooler], epsilon: 1e-12)

  /// Hugging Face's ViT with the names of its modules since transformers 5 (PR #41693).
  public static let huggingFaceViTModules = WeightNaming(
    id: "hf-vit-v5", summary: "Hugging Face ViT, the names of its modules since transformers 5",
    prefixes: ["vit.", ""], marker: "@layers.0.attention.q_proj.weight",
    rows: huggingFaceEmbeddings + [
      Row("blocks.#.norm1.*", "@layers.#.layernorm_before.*"),
      Row("blocks.#.norm2.*", "@layers.#.layernorm_after.*"),
      Row(
        "blocks.#.attn.qkv.*", "@layers.#.attention.q_proj.*", "@layers.#.attention.k_proj.*",
        "@layers.#.attention.v_proj.*"),
      Row("blocks.#.attn.proj.*", "@layers.#.attention.o_proj.*"),
      Row("blocks.#.mlp.fc1.*", "@layers.#.mlp.fc1.*"),
      Row("blocks.#.mlp.fc2.*", "@layers.#.mlp.fc2.*"),
      Row("norm.*", "@layernorm.*"), Row("head.*", "classifier.*"),
    ], asides: [pooler], epsilon: 1e-12)

  /// Hugging Face's DINOv2, with and without registers.
  public static let huggingFaceDINOv2 = WeightNaming(
    id: "hf-dinov2", summary: "Hugging Face DINOv2, with and without registers",
    prefixes: ["dinov2_with_registers.", "dinov2.", ""], writing: "",
    marker: "@encoder.layer.0.layer_scale1.lambda1",
    rows: huggingFaceEmbeddings + [
      Row("reg_token", "@embeddings.register_tokens"),
      Row("blocks.#.norm1.*", "@encoder.layer.#.norm1.*"),
      Row("blocks.#.norm2.*", "@encoder.layer.#.norm2.*"),
      Row(
        "blocks.#.attn.qkv.*", "@encoder.layer.#.attention.attention.query.*",
        "@encoder.layer.#.attention.attention.key.*",
        "@encoder.layer.#.attention.attention.value.*"),
      Row("blocks.#.attn.proj.*", "@encoder.layer.#.attention.output.dense.*"),
      Row("blocks.#.ls1.gamma", "@encoder.layer.#.layer_scale1.lambda1"),
      Row("blocks.#.ls2.gamma", "@encoder.layer.#.layer_scale2.lambda1"),
      Row("blocks.#.mlp.fc1.*", "@encoder.layer.#.mlp.fc1.*"),
      Row("blocks.#.mlp.fc2.*", "@encoder.layer.#.mlp.fc2.*"),
      Row("norm.*", "@layernorm.*"),
    ],
    asides: [
      Aside(prefix: "@embeddings.mask_token", what: "the token of masked patches"),
      Aside(prefix: "classifier.", what: "a head on class token and mean together"),
    ])

  /// The image tower of Hugging Face's CLIP; its projection is the head.
  public static let huggingFaceCLIP = WeightNaming(
    id: "hf-clip", summary: "the image tower of Hugging Face CLIP",
    prefixes: ["vision_model.", ""], marker: "@embeddings.patch_embedding.weight",
    rows: [
      Row("cls_token", "@embeddings.class_embedding", layout: .squeezed),
      Row("pos_embed", "@embeddings.position_embedding.weight", layout: .squeezed),
      Row("patch_embed.proj.*", "@embeddings.patch_embedding.*"),
      Row("norm_pre.*", "@pre_layrnorm.*"),
      Row("blocks.#.norm1.*", "@encoder.layers.#.layer_norm1.*"),
      Row("blocks.#.norm2.*", "@encoder.layers.#.layer_norm2.*"),
      Row(
        "blocks.#.attn.qkv.*", "@encoder.layers.#.self_attn.q_proj.*",
        "@encoder.layers.#.self_attn.k_proj.*", "@encoder.layers.#.self_attn.v_proj.*"),
      Row("blocks.#.attn.proj.*", "@encoder.layers.#.self_attn.out_proj.*"),
      Row("blocks.#.mlp.fc1.*", "@encoder.layers.#.mlp.fc1.*"),
      Row("blocks.#.mlp.fc2.*", "@encoder.layers.#.mlp.fc2.*"),
      Row("norm.*", "@post_layernorm.*"), Row("head.weight", "visual_projection.weight"),
    ],
    asides: textTower(["text_model.", "text_projection."]) + [
      Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions")
    ], epsilon: 1e-5, isQuickGELU: true)

  /// The image tower of open_clip and OpenAI's CLIP; its projection is the head.
  public static let openCLIP = WeightNaming(
    id: "open-clip", summary: "the image tower of open_clip and OpenAI's CLIP",
    prefixes: ["visual.", ""], marker: "@conv1.weight",
    rows: [
      Row("cls_token", "@class_embedding", layout: .squeezed),
      Row("pos_embed", "@positional_embedding", layout: .squeezed),
      Row("patch_embed.proj.weight", "@conv1.weight"), Row("norm_pre.*", "@ln_pre.*"),
      Row("blocks.#.norm1.*", "@transformer.resblocks.#.ln_1.*"),
      Row("blocks.#.norm2.*", "@transformer.resblocks.#.ln_2.*"),
      Row("blocks.#.attn.qkv.weight", "@transformer.resblocks.#.attn.in_proj_weight"),
      Row("blocks.#.attn.qkv.bias", "@transformer.resblocks.#.attn.in_proj_bias"),
      Row("blocks.#.attn.proj.*", "@transformer.resblocks.#.attn.out_proj.*"),
      Row("blocks.#.ls1.gamma", "@transformer.resblocks.#.ls_1.gamma"),
      Row("blocks.#.ls2.gamma", "@transformer.resblocks.#.ls_2.gamma"),
      Row("blocks.#.mlp.fc1.*", "@transformer.resblocks.#.mlp.c_fc.*"),
      Row("blocks.#.mlp.fc2.*", "@transformer.resblocks.#.mlp.c_proj.*"),
      Row("norm.*", "@ln_post.*"), Row("fc_norm.*", "@ln_post.*"),
      Row("head.weight", "@proj", layout: .transposed),
    ],
    asides: textTower([
      "transformer.", "token_embedding.", "positional_embedding", "ln_final.", "text_projection",
      "text.",
    ]), epsilon: 1e-5)

  /// The JAX archives of the VTAB papers (`ViT-B_16.npz`).
  public static let jax = jaxNaming(
    id: "jax-npz", summary: "JAX archives of vision_transformer (ViT-B_16.npz)",
    prefixes: ["", "opt/target/"], positions: "Transformer/posembed_input/pos_embedding",
    attention: "MultiHeadDotProductAttention_1", mlp: "MlpBlock_3",
    norms: ("LayerNorm_0", "LayerNorm_2"))

  /// big_vision's archives.
  public static let bigVision = jaxNaming(
    id: "big-vision-npz", summary: "JAX archives of big_vision",
    prefixes: ["params/", "params/img/", ""], positions: "pos_embedding",
    attention: "MultiHeadDotProductAttention_0", mlp: "MlpBlock_0",
    norms: ("LayerNorm_0", "LayerNorm_1"))

  /// Every naming of a Vision Transformer.
  public static let all = [
    timm, huggingFaceViT, huggingFaceViTModules, huggingFaceDINOv2, huggingFaceCLIP, openCLIP, jax,
    bigVision,
  ]

  private static let huggingFaceEmbeddings = [
    Row("cls_token", "@embeddings.cls_token"),
    Row("pos_embed", "@embeddings.position_embeddings"),
    Row("patch_embed.proj.*", "@embeddings.patch_embeddings.projection.*"),
  ]

  private static let pooler = Aside(prefix: "@pooler.", what: "the pooler, which no head uses")

  private static func textTower(_ prefixes: [String]) -> [Aside] {
    (prefixes + ["logit_scale", "logit_bias"]).map {
      Aside(prefix: $0, what: "the text tower", of: .text)
    }
  }

  private static func jaxNaming(
    id: String, summary: String, prefixes: [String], positions: String, attention: String,
    mlp: String, norms: (String, String)
  ) -> WeightNaming {
    let block = "@Transformer/encoderblock_#"
    let heads = "\(block)/\(attention)"
    func norm(_ own: String, _ stored: String) -> [Row] {
      [Row("\(own).weight", "\(stored)/scale"), Row("\(own).bias", "\(stored)/bias")]
    }
    func map(_ own: String, _ stored: String, _ layout: TensorLayout) -> [Row] {
      [
        Row("\(own).weight", "\(stored)/kernel", layout: layout),
        Row("\(own).bias", "\(stored)/bias"),
      ]
    }
    return WeightNaming(
      id: id, summary: summary, prefixes: prefixes,
      marker: "@Transformer/encoderblock_0/\(attention)/query/kernel",
      rows: [
        Row("cls_token", "@cls"), Row("pos_embed", "@\(positions)"),
        Row(
          "blocks.#.attn.qkv.weight", "\(heads)/query/kernel", "\(heads)/key/kernel",
          "\(heads)/value/kernel", layout: .toHeads),
        Row(
          "blocks.#.attn.qkv.bias", "\(heads)/query/bias", "\(heads)/key/bias",
          "\(heads)/value/bias", layout: .headBias),
      ] + map("patch_embed.proj", "@embedding", .kernel)
        + norm("blocks.#.norm1", "\(block)/\(norms.0)")
        + norm("blocks.#.norm2", "\(block)/\(norms.1)")
        + map("blocks.#.attn.proj", "\(heads)/out", .fromHeads)
        + map("blocks.#.mlp.fc1", "\(block)/\(mlp)/Dense_0", .transposed)
        + map("blocks.#.mlp.fc2", "\(block)/\(mlp)/Dense_1", .transposed)
        + norm("norm", "@Transformer/encoder_norm") + map("head", "@head", .transposed),
      asides: [Aside(prefix: "@pre_logits/", what: "the layer before the head of pre-training")])
  }
}
