import Checkpoints

/// The keys of open_clip's `open_clip_config.json`.
enum OpenCLIPTables {
  private static let shown = "the tensors show it"
  private static let blocks: [String: ConfigurationRule] = [
    "block_type": .only([.string("default")], "attention of other blocks is not supported"),
    "qk_norm": .only(
      [.bool(false)], "networks that normalise queries and keys are not supported"),
    "scaled_cosine_attn": .only([.bool(false)], "attention of cosines is not supported"),
    "scale_heads": .only([.bool(false)], "scales of heads are not supported"),
    "scale_attn_inner": .only([.bool(false)], "norms inside of attention are not supported"),
    "scale_attn": .only([.bool(false)], "norms after attention are not supported"),
    "scale_fc": .only([.bool(false)], "norms inside of the MLPs are not supported"),
    "act_kwargs": .used(.any), "norm_kwargs": .used(.any), "mlp_ratio": .used(.positive),
    "width": .used(.count),
  ]

  /// The file itself.
  static let file = ConfigurationTable(
    ["model_cfg": .section], idle: ["read with the images": ["preprocess_cfg"]])

  /// `model_cfg`.
  static let model = ConfigurationTable(
    ["vision_cfg": .section, "text_cfg": .section, "quick_gelu": .used(.flag)],
    idle: [
      shown: [
        "embed_dim", "custom_text", "init_logit_scale", "init_logit_bias", "nonscalar_logit_scale",
      ],
      "of captions": ["multimodal_cfg"],
      "of the program that loads it": ["cast_dtype", "output_dict"],
    ])

  /// `model_cfg` where texts are asked for too.
  static let modelOfTexts = ConfigurationTable(
    model.rules.merging([
      "init_logit_bias": .only([], "a bias of the logits (SigLIP) is not supported"),
      "multimodal_cfg": .only([], "CoCa's towers are not supported"),
    ]) { _, new in new })

  /// `vision_cfg`.
  static let vision = ConfigurationTable(
    blocks.merging([
      "layers": .used(.any), "head_width": .used(.count), "patch_size": .used(.size),
      "image_size": .used(.size),
      "attentional_pool": .only([.bool(false)], "pooling by attention is not supported"),
      "pool_type": .used(
        .choice(
          ["tok", "avg"],
          otherwise: "other pooling than the class token or the mean is not supported")),
      "final_ln_after_pool": .used(.flag), "no_ln_pre": .used(.flag),
      "timm_model_name": .only(
        [], "a network of timm as the image tower is not supported: use timm's own file of it"),
      "input_patchnorm": .only([.bool(false)], "normalised patches are not supported"),
      "global_average_pool": .only(
        [.bool(false)], "this key of an older open_clip is not supported: use pool_type"),
    ]) { _, new in new },
    idle: [
      shown: ["ls_init_value", "pos_embed_type"], "of training": ["patch_dropout"],
      "of pooling by attention": [
        "attn_pooler_queries", "attn_pooler_heads", "n_queries", "attentional_pool_heads",
      ],
      "it adds outputs": ["output_tokens"],
      "of a network of timm": [
        "timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop",
        "timm_drop_path",
      ],
    ])

  /// `text_cfg`.
  static let text = ConfigurationTable(
    blocks.merging([
      "heads": .used(.count), "layers": .used(.count), "vocab_size": .used(.count),
      "context_length": .used(.count), "eos_id": .used(.whole),
      "pool_type": .used(
        .choice(
          ["argmax", "eos"],
          otherwise: "other pooling of texts than their last token is not supported")),
      "ls_init_value": .only([], "scales of the branches of a text tower are not supported"),
      "embed_cls": .only([.bool(false)], "a class token of texts is not supported"),
      "no_causal_mask": .only(
        [.bool(false)], "texts that are seen as a whole are not supported"),
      "proj_bias": .only([.bool(false)], "a projection of texts with a bias is not supported"),
      "proj_type": .only([.string("linear")], "this projection of texts is not supported"),
      "hf_model_name": .only(
        [], "a text tower of transformers that is not CLIP's is not supported"),
      "hf_tokenizer_name": .only([], "other vocabularies than CLIP's are not supported"),
      "tokenizer_kwargs": .only(
        [.object([])], "texts that are cleaned in another way are not supported"),
      "tokenizer_mode": .only([], "texts that are cut in another way are not supported"),
    ]) { _, new in new },
    idle: [
      "it adds outputs": ["output_tokens"],
      "of tokens that are not seen": ["pad_id", "correct_cls_mask", "use_pad_mask"],
      "no text tower of open_clip reads it": ["final_ln_after_pool"],
      "of a text tower of transformers": [
        "hf_model_pretrained", "hf_proj_type", "hf_pooler_type", "hf_model_config",
        "hf_pretrained",
      ],
    ])
}
