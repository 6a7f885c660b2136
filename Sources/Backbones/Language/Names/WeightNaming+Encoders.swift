import PETL

extension WeightNaming {
  /// BERT; its pooler and classifier as the parts of a head.
  static let bert = bert("hf-bert", "BERT of Hugging Face", "bert.", norm: ("weight", "bias"))

  /// BERT in files whose norms have the names of TensorFlow.
  static let oldBERT = bert(
    "hf-bert", "BERT of Hugging Face, its norms named as in TensorFlow", "bert.",
    norm: ("gamma", "beta"))

  /// RoBERTa, whose head has a map of its own before the last.
  static let roberta = WeightNaming(
    id: "hf-roberta", summary: "RoBERTa of Hugging Face", prefixes: ["roberta.", ""],
    marker: "@embeddings.word_embeddings.weight",
    rows: encoderRows(norm: ("weight", "bias")) + [
      Row("pooler.*", "classifier.dense.*"), Row("head.*", "classifier.out_proj.*"),
    ],
    asides: [
      Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions"),
      Aside(prefix: "@embeddings.token_type_ids", what: "the usual types of the tokens"),
      Aside(prefix: "@pooler.", what: "the pooler, which the head of RoBERTa does not use"),
      Aside(prefix: "lm_head.", what: "the head that fills in masked tokens"),
    ])

  /// DistilBERT.
  static let distilbert = WeightNaming(
    id: "hf-distilbert", summary: "DistilBERT of Hugging Face", prefixes: ["distilbert.", ""],
    marker: "@embeddings.word_embeddings.weight",
    rows: [
      Row("token_embedding.weight", "@embeddings.word_embeddings.weight"),
      Row("pos_embed", "@embeddings.position_embeddings.weight"),
      Row("norm_pre.*", "@embeddings.LayerNorm.*"),
      Row("blocks.#.attn.q.*", "@transformer.layer.#.attention.q_lin.*"),
      Row("blocks.#.attn.k.*", "@transformer.layer.#.attention.k_lin.*"),
      Row("blocks.#.attn.v.*", "@transformer.layer.#.attention.v_lin.*"),
      Row("blocks.#.attn.proj.*", "@transformer.layer.#.attention.out_lin.*"),
      Row("blocks.#.norm1.*", "@transformer.layer.#.sa_layer_norm.*"),
      Row("blocks.#.mlp.fc1.*", "@transformer.layer.#.ffn.lin1.*"),
      Row("blocks.#.mlp.fc2.*", "@transformer.layer.#.ffn.lin2.*"),
      Row("blocks.#.norm2.*", "@transformer.layer.#.output_layer_norm.*"),
      Row("pooler.*", "pre_classifier.*"), Row("head.*", "classifier.*"),
    ],
    asides: [
      Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions"),
      Aside(prefix: "vocab_transform.", what: "the head that fills in masked tokens"),
      Aside(prefix: "vocab_layer_norm.", what: "the head that fills in masked tokens"),
      Aside(prefix: "vocab_projector.", what: "the head that fills in masked tokens"),
    ])

  /// DeBERTa-v2 and v3, whose pooler is no part of the bare network.
  static let deberta = WeightNaming(
    id: "hf-deberta-v2", summary: "DeBERTa-v2 of Hugging Face", prefixes: ["deberta.", ""],
    marker: "@embeddings.word_embeddings.weight",
    rows: [
      Row("rel_embeddings.weight", "@encoder.rel_embeddings.weight"),
      Row("rel_norm.*", "@encoder.LayerNorm.*"),
      Row("blocks.#.attn.pos_k.*", "@encoder.layer.#.attention.self.pos_key_proj.*"),
      Row("blocks.#.attn.pos_q.*", "@encoder.layer.#.attention.self.pos_query_proj.*"),
    ] + encoderRows(norm: ("weight", "bias"), projection: "_proj") + [
      Row("pooler.*", "pooler.dense.*"), Row("head.*", "classifier.*"),
    ],
    asides: [
      Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions"),
      Aside(prefix: "cls.", what: "the head that fills in masked tokens"),
      Aside(prefix: "lm_predictions.", what: "the head that fills in masked tokens"),
      Aside(prefix: "mask_predictions.", what: "the head that tells replaced tokens"),
    ])

  private static func bert(
    _ id: String, _ summary: String, _ prefix: String, norm: (weight: String, bias: String)
  ) -> WeightNaming {
    WeightNaming(
      id: id, summary: summary, prefixes: [prefix, ""],
      marker: "@embeddings.word_embeddings.weight",
      rows: encoderRows(norm: norm) + [
        Row("pooler.*", "@pooler.dense.*"), Row("head.*", "classifier.*"),
      ],
      asides: [
        Aside(prefix: "@embeddings.position_ids", what: "the numbers of the positions"),
        Aside(prefix: "cls.", what: "the heads of pre-training"),
      ])
  }

  private static func encoderRows(
    norm: (weight: String, bias: String), projection: String = ""
  ) -> [Row] {
    let norms = [
      ("norm_pre", "@embeddings.LayerNorm"),
      ("blocks.#.norm1", "@encoder.layer.#.attention.output.LayerNorm"),
      ("blocks.#.norm2", "@encoder.layer.#.output.LayerNorm"),
    ]
    return [
      Row("token_embedding.weight", "@embeddings.word_embeddings.weight"),
      Row("pos_embed", "@embeddings.position_embeddings.weight"),
      Row("token_types.weight", "@embeddings.token_type_embeddings.weight"),
      Row("blocks.#.attn.q.*", "@encoder.layer.#.attention.self.query\(projection).*"),
      Row("blocks.#.attn.k.*", "@encoder.layer.#.attention.self.key\(projection).*"),
      Row("blocks.#.attn.v.*", "@encoder.layer.#.attention.self.value\(projection).*"),
      Row("blocks.#.attn.proj.*", "@encoder.layer.#.attention.output.dense.*"),
      Row("blocks.#.mlp.fc1.*", "@encoder.layer.#.intermediate.dense.*"),
      Row("blocks.#.mlp.fc2.*", "@encoder.layer.#.output.dense.*"),
    ]
      + norms.flatMap { own, stored in
        [
          Row("\(own).weight", "\(stored).\(norm.weight)"),
          Row("\(own).bias", "\(stored).\(norm.bias)"),
        ]
      }
  }
}
