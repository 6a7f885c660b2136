import Checkpoints

/// The keys of a language model's `config.json`, of transformers 4 and 5.
enum LanguageTables {
  /// The keys of a family.
  static func table(_ family: LanguageFamily) -> ConfigurationTable {
    switch family {
    case .llama:
      table(
        decoder,
        [
          "attention_bias": .used(.flag), "mlp_bias": .used(.flag), "layer_types": .used(.any),
        ])
    case .mistral: table(decoder, window, ["layer_types": .used(.any)])
    case .qwen2: table(decoder, window, layers)
    case .qwen3: table(decoder, window, layers, ["attention_bias": .used(.flag)])
    case .gemma3: table(decoder, window, layers, gemma)
    case .gpt2: table(gpt2)
    case .bert, .roberta: table(encoder)
    case .distilbert: table(distilbert)
    case .debertaV2: table(deberta)
    }
  }

  private static let general: [String: ConfigurationRule] = [
    "model_type": .used(.text), "architectures": .used(.any), "id2label": .used(.any),
    "num_labels": .used(.count), "problem_type": .used(.text),
    "is_decoder": .only(
      [.bool(false)], "an encoder whose tokens see only those before them is not supported"),
    "is_encoder_decoder": .only(
      [.bool(false)], "networks of encoder and decoder are not supported"),
    "add_cross_attention": .only([.bool(false)], "attention to another network is not supported"),
    "pruned_heads": .only([.object([])], "blocks with fewer heads are not supported"),
    "quantization_config": .used(.any), "quantization": .used(.any),
    "auto_map": .only([], "a network with code of its own is not supported"),
    "bos_token_id": .used(.any), "eos_token_id": .used(.any), "pad_token_id": .used(.any),
    "tie_word_embeddings": .used(.flag), "vocab_size": .used(.count),
  ]

  private static let function = ConfigurationRule.used(
    .choice(
      HuggingFaceTables.activations.keys.sorted(),
      otherwise: "this function in the MLPs is not supported"))

  private static let decoder: [String: ConfigurationRule] = [
    "hidden_size": .used(.count), "intermediate_size": .used(.count),
    "num_hidden_layers": .used(.count), "num_attention_heads": .used(.count),
    "num_key_value_heads": .used(.count), "head_dim": .used(.count), "hidden_act": function,
    "rms_norm_eps": .used(.positive), "max_position_embeddings": .used(.count),
    "rope_theta": .used(.positive), "rope_scaling": .used(.any), "rope_parameters": .used(.any),
    "partial_rotary_factor": .only(
      [.integer(1), .number(1)], "heads of which a part alone is turned are not supported"),
    "rope_interleaved": .only(
      [.bool(false)], "rotary positions that turn neighbours are not supported"),
    "is_causal": .only(
      [.bool(true)], "a decoder whose tokens see those after them is not supported"),
    "use_mrope": .only([.bool(false)], "rotary positions of images are not supported"),
  ]

  private static let window: [String: ConfigurationRule] = ["sliding_window": .used(.any)]

  private static let layers: [String: ConfigurationRule] = [
    "use_sliding_window": .used(.flag), "max_window_layers": .used(.whole),
    "layer_types": .used(.any),
  ]

  private static let gemma: [String: ConfigurationRule] = [
    "attention_bias": .used(.flag), "hidden_activation": function,
    "query_pre_attn_scalar": .used(.positive), "rope_local_base_freq": .used(.positive),
    "sliding_window_pattern": .used(.count), "_sliding_window_pattern": .used(.count),
    "attn_logit_softcapping": .only([], "scores that are cut off softly are not supported"),
    "final_logit_softcapping": .only([], "logits that are cut off softly are not supported"),
    "use_bidirectional_attention": .only(
      [.bool(false)], "a Gemma whose tokens see all others is not supported"),
  ]

  private static let gpt2: [String: ConfigurationRule] = [
    "n_embd": .used(.count), "n_layer": .used(.count), "n_head": .used(.count),
    "n_inner": .used(.count), "n_positions": .used(.count), "activation_function": function,
    "layer_norm_epsilon": .used(.positive),
    "scale_attn_weights": .only([.bool(true)], "scores without a scale are not supported"),
    "scale_attn_by_inverse_layer_idx": .only(
      [.bool(false)], "scores that are scaled by the layer are not supported"),
    "reorder_and_upcast_attn": .only(
      [.bool(false)], "this order of attention's products is not supported"),
  ]

  private static let encoder: [String: ConfigurationRule] = [
    "hidden_size": .used(.count), "intermediate_size": .used(.count),
    "num_hidden_layers": .used(.count), "num_attention_heads": .used(.count),
    "hidden_act": function, "layer_norm_eps": .used(.positive),
    "max_position_embeddings": .used(.count), "type_vocab_size": .used(.whole),
    "position_embedding_type": .only(
      [.string("absolute")], "relative positions in attention are not supported"),
  ]

  private static let distilbert: [String: ConfigurationRule] = [
    "dim": .used(.count), "n_layers": .used(.count), "n_heads": .used(.count),
    "hidden_dim": .used(.count), "activation": function,
    "max_position_embeddings": .used(.count),
  ]

  private static let deberta: [String: ConfigurationRule] = [
    "hidden_size": .used(.count), "intermediate_size": .used(.count),
    "num_hidden_layers": .used(.count), "num_attention_heads": .used(.count),
    "hidden_act": function, "layer_norm_eps": .used(.positive),
    "max_position_embeddings": .used(.count), "type_vocab_size": .used(.whole),
    "relative_attention": .only(
      [.bool(true)], "a DeBERTa without relative positions is not supported"),
    "position_buckets": .used(.any), "max_relative_positions": .used(.any),
    "pos_att_type": .used(.any), "share_att_key": .used(.flag),
    "norm_rel_ebd": .used(
      .choice(["layer_norm", "none"], otherwise: "this norm of the distances is not supported")),
    "position_biased_input": .used(.flag), "embedding_size": .used(.count),
    "attention_head_size": .used(.count), "pooler_hidden_size": .used(.count),
    "pooler_hidden_act": .only(
      [.string("gelu")], "another function in the pooler is not supported"),
    "conv_kernel_size": .only(
      [.integer(0)], "the convolution after DeBERTa-v2's first layer is not supported"),
  ]

  private static let idle: [String: [String]] = [
    "of training": [
      "resid_pdrop", "embd_pdrop", "attn_pdrop", "classifier_dropout", "seq_classif_dropout",
      "qa_dropout", "pooler_dropout", "cls_dropout", "sequence_classifier_dropout", "mlp_dropout",
      "label_smoothing",
    ],
    "of heads that are not read": [
      "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type",
      "summary_use_proj", "tie_weights_", "legacy",
    ],
    "the tensors show it, or nothing depends on it": [
      "n_ctx", "pretraining_tp", "is_llama_config", "sinusoidal_pos_embds", "conv_act",
      "conv_groups", "cache_implementation",
      "transformers.js_config", "unsloth_version", "unsloth_fixed", "output_past", "directionality",
      "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers",
      "pooler_size_per_head", "pooler_type", "full_attention_interval", "_attn_implementation",
    ],
  ]

  private static func table(_ rules: [String: ConfigurationRule]...) -> ConfigurationTable {
    let named = rules.reduce(general) { $0.merging($1) { _, new in new } }
    var all = HuggingFaceTables.general
    for (reason, keys) in idle { all[reason, default: []] += keys }
    return ConfigurationTable(named, idle: all.mapValues { $0.filter { named[$0] == nil } })
  }
}
