import PETL

/// The namings of language models in transformers, all versions.
extension SiteModules {
  /// Llama, Mistral, Qwen.
  public static let llama = language(
    "hf-llama", root: "model.", block: "layers.{layer}", llamaMaps, head: "score",
    others: ["input_layernorm", "post_attention_layernorm"], outside: ["embed_tokens", "norm"])
  /// Gemma 3.
  public static let gemma = language(
    "hf-gemma3", root: "model.", block: "layers.{layer}", llamaMaps, head: "score",
    others: [
      "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm",
      "post_feedforward_layernorm", "self_attn.q_norm", "self_attn.k_norm",
    ], outside: ["embed_tokens", "norm"])
  /// GPT-2, whose maps PEFT writes with `fan_in_fan_out`.
  public static let gpt2 = language(
    "hf-gpt2", root: "transformer.", block: "h.{layer}",
    [
      .fused: "attn.c_attn", .site(.output): "attn.c_proj", .site(.fc1): "mlp.c_fc",
      .site(.fc2): "mlp.c_proj",
    ], head: "score", others: ["ln_1", "ln_2"], outside: ["wte", "wpe", "ln_f"])
  /// GPT-2 of mlx-lm, whose maps are as those of all others.
  public static let gpt2MLX = language(
    "mlx-gpt2", root: "model.", block: "h.{layer}", gpt2.maps, head: "score",
    others: ["ln_1", "ln_2"], outside: ["wte", "wpe", "ln_f"])
  /// BERT.
  public static let bert = language(
    "hf-bert", root: "bert.", block: "encoder.layer.{layer}", bertMaps, head: "classifier",
    others: bertNorms, outside: bertEmbeddings)
  /// RoBERTa.
  public static let roberta = language(
    "hf-roberta", root: "roberta.", block: "encoder.layer.{layer}", bertMaps,
    head: "classifier.out_proj", others: bertNorms, outside: bertEmbeddings)
  /// DistilBERT.
  public static let distilbert = language(
    "hf-distilbert", root: "distilbert.", block: "transformer.layer.{layer}",
    [
      .site(.query): "attention.q_lin", .site(.key): "attention.k_lin",
      .site(.value): "attention.v_lin", .site(.output): "attention.out_lin",
      .site(.fc1): "ffn.lin1", .site(.fc2): "ffn.lin2",
    ], head: "classifier", others: ["sa_layer_norm", "output_layer_norm"],
    outside: [
      "embeddings.word_embeddings", "embeddings.position_embeddings", "embeddings.LayerNorm",
    ])

  /// DeBERTa-v2 and v3.
  public static let deberta = language(
    "hf-deberta-v2", root: "deberta.", block: "encoder.layer.{layer}",
    bertMaps.merging([
      .site(.query): "attention.self.query_proj", .site(.key): "attention.self.key_proj",
      .site(.value): "attention.self.value_proj",
    ]) { _, own in own }, head: "classifier", others: bertNorms,
    outside: bertEmbeddings + ["encoder.rel_embeddings", "encoder.LayerNorm"])

  /// The namings of language models, which are told by the network and not by the file.
  public static let languages = [
    llama, gemma, gpt2, bert, roberta, distilbert, deberta,
  ]

  private static let llamaMaps: [MapKind: String] = [
    .site(.query): "self_attn.q_proj", .site(.key): "self_attn.k_proj",
    .site(.value): "self_attn.v_proj", .site(.output): "self_attn.o_proj",
    .site(.gate): "mlp.gate_proj", .site(.fc1): "mlp.up_proj", .site(.fc2): "mlp.down_proj",
  ]
  private static let bertMaps: [MapKind: String] = [
    .site(.query): "attention.self.query", .site(.key): "attention.self.key",
    .site(.value): "attention.self.value", .site(.output): "attention.output.dense",
    .site(.fc1): "intermediate.dense", .site(.fc2): "output.dense",
  ]
  private static let bertNorms = ["attention.output.LayerNorm", "output.LayerNorm"]
  private static let bertEmbeddings = [
    "embeddings.word_embeddings", "embeddings.position_embeddings",
    "embeddings.token_type_embeddings", "embeddings.LayerNorm",
  ]

  private static func language(
    _ name: String, root: String, block: String, _ maps: [MapKind: String], head: String,
    others: [String], outside: [String]
  ) -> SiteModules {
    SiteModules(
      name: name, root: root, fullRoot: root, block: block, maps: maps, head: head,
      hasSameHead: true, others: others, outside: outside)
  }
}
