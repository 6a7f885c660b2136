import Checkpoints
import PETL

/// The keys of Hugging Face's `config.json`, of transformers 4 and 5.
enum HuggingFaceTables {
  private static let shown = "the tensors show it"

  /// The functions in the MLPs that are computed here.
  static let activations: [String: Activation] = [
    "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .geluTanh, "gelu_fast": .geluTanh,
    "gelu_pytorch_tanh": .geluTanh, "gelu_python_tanh": .geluTanh, "gelu_accurate": .geluTanh,
    "quick_gelu": .quickGELU, "relu": .relu, "silu": .silu, "swish": .silu,
  ]

  private static let function = ConfigurationRule.used(
    .choice(activations.keys.sorted(), otherwise: "this function in the MLPs is not supported"))

  /// What every configuration may have.
  static let general: [String: [String]] = [
    "of the program that wrote or loads it": [
      "_name_or_path", "_commit_hash", "transformers_version", "torch_dtype", "dtype",
      "torchscript", "use_bfloat16", "tf_legacy_loss", "attn_implementation",
      "_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal",
      "_experts_implementation", "_output_attentions", "return_dict", "output_hidden_states",
      "output_attentions", "use_cache", "chunk_size_feed_forward", "tokenizer_class",
      "use_return_dict",
    ],
    "of training and tasks": [
      "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params",
      "initializer_range", "initializer_factor", "hidden_dropout_prob",
      "attention_probs_dropout_prob", "attention_dropout", "dropout", "drop_path_rate",
      "gradient_checkpointing",
    ],
    "of networks that write text": [
      "is_encoder_decoder", "cross_attention_hidden_size", "tie_encoder_decoder",
      "tie_word_embeddings", "prefix", "max_length", "min_length", "do_sample", "early_stopping",
      "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p",
      "typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size",
      "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores",
      "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id",
      "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens",
      "begin_suppress_tokens", "decoder_start_token_id", "sep_token_id", "pad_token_id",
      "bos_token_id", "eos_token_id",
    ],
    "it names single blocks": [
      "stage_names", "out_features", "out_indices", "backbone", "reshape_hidden_states",
      "apply_layernorm",
    ],
  ]

  private static let base: [String: ConfigurationRule] = [
    "model_type": .used(.text), "architectures": .used(.any), "id2label": .used(.any),
    "is_decoder": .only([.bool(false)], "decoders are not supported"),
    "add_cross_attention": .only([.bool(false)], "decoders are not supported"),
    "pruned_heads": .only([.object([])], "blocks with fewer heads are not supported"),
    "quantization_config": .only([], "quantised weights are not supported"),
    "auto_map": .only([], "a network with code of its own is not supported"),
  ]

  private static let blocks: [String: ConfigurationRule] = [
    "hidden_size": .used(.count), "num_hidden_layers": .used(.count),
    "num_attention_heads": .used(.count), "hidden_act": function,
    "layer_norm_eps": .used(.positive),
  ]

  private static let images: [String: ConfigurationRule] = [
    "image_size": .used(.size), "patch_size": .used(.size),
    "num_channels": .only([.integer(3)], "images are red, green and blue"),
  ]

  private static func table(
    _ rules: [String: ConfigurationRule]..., idle: [String: [String]] = [:]
  ) -> ConfigurationTable {
    var all = general
    for (reason, keys) in idle { all[reason, default: []] += keys }
    let named = rules.reduce(base) { $0.merging($1) { _, new in new } }
    return ConfigurationTable(named, idle: all.mapValues { $0.filter { named[$0] == nil } })
  }

  /// ViT, and a configuration that does not say of what.
  static let vit = table(
    blocks, images, ["intermediate_size": .used(.count), "qkv_bias": .used(.flag)],
    idle: [
      "of the pooler, which no head uses": ["pooler_output_size", "pooler_act"],
      "of masked images": ["encoder_stride"],
    ])

  /// DINOv2, with and without registers.
  static let dinov2 = table(
    blocks, images,
    [
      "mlp_ratio": .used(.positive), "qkv_bias": .used(.flag),
      "num_register_tokens": .used(.whole),
      "use_swiglu_ffn": .only(
        [.bool(false)], "MLPs with gates (SwiGLU) are not supported"),
    ],
    idle: [
      shown: ["layerscale_value", "interpolate_antialias", "interpolate_offset"],
      "of masked images": ["use_mask_token"],
    ])

  /// The keys of a network of no named kind: what any of these has.
  static let any = ConfigurationTable(
    dinov2.rules.merging(vit.rules) { _, vit in vit }.merging(swin.rules) { first, _ in first })

  /// CLIP as a whole.
  static let clip = table(
    [
      "vision_config": .section, "text_config": .section, "vision_config_dict": .section,
      "text_config_dict": .section,
    ],
    idle: [shown: ["projection_dim", "logit_scale_init_value"]])

  /// The image tower of a CLIP.
  static let clipVision = table(
    blocks, images, ["intermediate_size": .used(.count)],
    idle: [shown: ["projection_dim"]])

  /// The text tower of a CLIP.
  static let clipText = table(
    blocks,
    [
      "intermediate_size": .used(.count), "vocab_size": .used(.count),
      "max_position_embeddings": .used(.count), "eos_token_id": .used(.whole),
    ], idle: [shown: ["projection_dim"]])

  /// Swin.
  static let swin = table(
    images,
    [
      "embed_dim": .used(.count), "depths": .used(.counts), "num_heads": .used(.counts),
      "hidden_size": .used(.count), "layer_norm_eps": .used(.positive),
      "hidden_act": .only(
        ["gelu", "gelu_python"].map(JSONValue.string),
        "a Swin's other functions in the MLPs are not supported"),
      "qkv_bias": .only([.bool(true)], "a Swin without biases is not supported"),
      "use_absolute_embeddings": .only(
        [.bool(false)], "a Swin with absolute positions is not supported"),
      "patch_norm": .only([.bool(true)], "a Swin without its first norm is not supported"),
    ],
    idle: [
      shown: ["window_size", "mlp_ratio", "num_layers"], "of masked images": ["encoder_stride"],
      "no model of transformers reads it": ["path_norm"],
    ])

  /// Networks of transformers that are not ours, with the reason.
  static let others: [String: String] = [
    "deit": "its second token, of distillation, is not supported: plain DeiTs are of type vit",
    "siglip": "pooling by attention (a MAP head) is not supported",
    "siglip_vision_model": "pooling by attention (a MAP head) is not supported",
    "siglip2": "pooling by attention (a MAP head) is not supported",
    "siglip2_vision_model": "pooling by attention (a MAP head) is not supported",
    "beit": "relative positions in every block are not supported",
    "data2vec-vision": "relative positions in every block are not supported",
    "vit_mae": "an encoder that leaves out most patches is not supported",
    "videomae": "networks for videos are not supported",
    "vivit": "networks for videos are not supported",
    "timesformer": "networks for videos are not supported",
    "dinov3_vit": "rotary positions are not supported",
    "dinov3_convnext": "networks of convolutions are not supported",
    "vit_msn": "ViT-MSN is not supported",
    "vit_hybrid": "a network of convolutions before the blocks is not supported",
    "ijepa": "I-JEPA is not supported", "vitdet": "windowed attention is not supported",
    "yolos": "networks that detect are not supported",
    "swinv2": "Swin V2 is not supported: its attention is of cosines",
    "swin2sr": "Swin V2 is not supported: its attention is of cosines",
    "clipseg": "networks that segment are not supported",
    "clip_text_model": "a text tower alone has no image network",
    "chinese_clip": "a text tower that is not CLIP's is not supported",
    "align": "networks of convolutions are not supported",
    "convnext": "networks of convolutions are not supported",
    "convnextv2": "networks of convolutions are not supported",
    "resnet": "networks of convolutions are not supported",
    "timm_wrapper": "a network of timm inside of transformers is not supported: use timm's file",
  ]
}
