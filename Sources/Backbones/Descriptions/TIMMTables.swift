import Checkpoints

/// The keys of timm's `config.json`.
enum TIMMTables {
  private static let shown = "the tensors show it"
  private static let asImages = "read with the images"

  private static let pooling = ConfigurationRule.used(
    .choice(
      ["token", "avg"],
      otherwise: "other pooling than the class token or the mean is not supported"))

  /// The file itself.
  static let top = ConfigurationTable(
    [
      "architecture": .used(.text), "num_classes": .used(.whole), "num_features": .used(.whole),
      "global_pool": pooling, "label_names": .used(.any), "labels": .used(.any),
      "model_args": .section, "pretrained_cfg": .section,
    ], idle: ["words for people": ["label_descriptions"]])

  /// `pretrained_cfg`: where weights are from, and how images become their input.
  static let pretrained = ConfigurationTable(
    [
      "input_size": .used(.counts), "fixed_input_size": .used(.flag),
      "num_classes": .used(.whole), "global_pool": pooling, "label_names": .used(.any),
      "label_offset": .only(
        [.integer(0)], "heads that begin with classes of no name are not supported"),
    ],
    idle: [
      "where the weights are from": [
        "url", "file", "hf_hub_id", "hf_hub_filename", "source", "architecture", "tag",
        "custom_load", "state_dict",
      ],
      "words for people": [
        "license", "description", "origin_url", "paper_name", "paper_ids", "notes",
        "label_descriptions",
      ],
      asImages: [
        "mean", "std", "crop_pct", "crop_mode", "interpolation", "test_crop_pct",
        "test_input_size", "min_input_size",
      ],
      shown: ["first_conv", "classifier", "pool_size", "test_pool_size"],
    ])

  /// The file of timm before 0.9, whose one object is `pretrained_cfg` and the rest.
  static let legacy = ConfigurationTable(
    pretrained.rules.merging(top.rules) { _, own in own })

  /// Arguments of a Vision Transformer's constructor.
  static let vit = ConfigurationTable(
    [
      "num_heads": .used(.count), "num_classes": .used(.whole), "embed_dim": .used(.count),
      "depth": .used(.count), "img_size": .used(.size), "patch_size": .used(.size),
      "mlp_ratio": .used(.positive), "reg_tokens": .used(.whole), "fc_norm": .used(.flag),
      "qkv_bias": .used(.flag), "class_token": .used(.flag), "pre_norm": .used(.flag),
      "no_embed_class": .used(.flag), "pool_include_prefix": .used(.flag),
      "dynamic_img_size": .used(.flag),
      "global_pool": pooling,
      "act_layer": .used(
        .choice(
          ["gelu", "gelu_tanh", "quick_gelu", "relu", "silu", "swish"],
          otherwise: "this function in the MLPs is not supported")),
      "act_kwargs": .only([.object([])], "arguments of the function in the MLPs are not supported"),
      "norm_layer": .used(
        .choice(
          ["layernorm", "layer_norm", "LayerNorm", "layernormfp32", "LayerNormFp32"],
          otherwise: "other norms than layer norm are not supported")),
      "norm_eps": .used(.positive),
      "in_chans": .only([.integer(3)], "images are red, green and blue"),
      "final_norm": .only([.bool(true)], "networks without a last norm are not supported"),
      "qk_norm": .only(
        [.bool(false)], "networks that normalise queries and keys are not supported"),
      "scale_attn_norm": .only([.bool(false)], "norms inside of attention are not supported"),
      "scale_mlp_norm": .only([.bool(false)], "norms inside of the MLPs are not supported"),
      "proj_bias": .only([.bool(true)], "blocks without biases are not supported"),
      "pos_embed": .only(
        [.string("learn")], "networks without learned positions are not supported"),
      "dynamic_img_pad": .only([.bool(false)], "padded images are not supported"),
      "block_fn": .only(
        [.string("Block")],
        "blocks in parallel and blocks that normalise after their branches are not supported"),
      "mlp_layer": .only([.string("Mlp")], "MLPs with gates (SwiGLU) are not supported"),
      "attn_layer": .only(
        [.string(""), .string("attn")], "differential attention is not supported"),
      "embed_layer": .only(
        [.string("PatchEmbed")], "a network of convolutions before the blocks is not supported"),
      "embed_norm_layer": .only([], "a norm in the patch embedding is not supported"),
      "use_naflex": .only([.bool(false)], "NaFlexVit is not supported"),
      "features_only": .only([.bool(false)], "features of single blocks are not supported"),
    ],
    idle: [
      "dropout is a recipe's": [
        "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate",
        "drop_path_rate",
      ],
      "a beginning that the weights are past": ["weight_init", "fix_init"],
      "of timm's loading alone": ["pretrained_strict", "out_indices", "strict_img_size"],
      shown: ["init_values"],
    ])

  /// Arguments of a Swin Transformer's constructor.
  static let swin = ConfigurationTable(
    [
      "class": .only([.string("SwinTransformer")], "networks of this class are not supported"),
      "num_heads": .used(.counts), "depths": .used(.counts), "num_classes": .used(.whole),
      "embed_dim": .used(.count), "img_size": .used(.size), "patch_size": .used(.size),
      "window_size": .used(.any),
      "global_pool": .used(
        .choice(["avg"], otherwise: "a Swin's other pooling than the mean is not supported")),
      "in_chans": .only([.integer(3)], "images are red, green and blue"),
      "head_dim": .only([], "a Swin's heads of a width of their own are not supported"),
      "always_partition": .only(
        [.bool(false)], "windows that are shifted in one window are not supported"),
      "qkv_bias": .only([.bool(true)], "a Swin without biases is not supported"),
      "norm_layer": .only([], "a Swin's other norms are not supported"),
      "embed_layer": .only(
        [.string("PatchEmbed")], "another patch embedding is not supported"),
      "features_only": .only([.bool(false)], "features of single blocks are not supported"),
    ],
    idle: [
      "dropout is a recipe's": [
        "drop_rate", "proj_drop_rate", "attn_drop_rate", "drop_path_rate",
      ],
      "a beginning that the weights are past": ["weight_init"],
      "of timm's loading alone": [
        "pretrained_strict", "out_indices", "strict_img_size", "dynamic_img_size",
      ],
      shown: ["mlp_ratio"],
    ])
}
