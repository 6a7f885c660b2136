extension WeightNaming {
  /// Every naming of a Swin Transformer.
  public static let swins = [huggingFaceSwin, swinMergingLast, swin]

  /// timm's names since 1.0: tokens are merged at the start of a stage.
  public static let swin = swin(
    id: "swin", summary: "timm Swin",
    marker: "layers.0.blocks.0.attn.relative_position_bias_table", merging: "#", head: "head.fc.*")

  /// The names of the original code and of older timm: tokens are merged at the end of a stage.
  public static let swinMergingLast = swin(
    id: "swin-original", summary: "the original Swin and timm before 1.0",
    marker: "layers.0.downsample.reduction.weight", merging: "<", head: "head.*")

  /// Hugging Face's Swin, the names on disk.
  public static let huggingFaceSwin = WeightNaming(
    id: "hf-swin", summary: "Hugging Face Swin", prefixes: ["swin.", ""],
    marker: "@encoder.layers.0.blocks.0.attention.self.relative_position_bias_table",
    rows: [
      Row("patch_embed.proj.*", "@embeddings.patch_embeddings.projection.*"),
      Row("patch_embed.norm.*", "@embeddings.norm.*"),
      Row("layers.#.downsample.norm.*", "@encoder.layers.<.downsample.norm.*"),
      Row("layers.#.downsample.reduction.weight", "@encoder.layers.<.downsample.reduction.weight"),
      block("norm1.*", "layernorm_before.*"), block("norm2.*", "layernorm_after.*"),
      block("attn.relative_position_bias_table", "attention.self.relative_position_bias_table"),
      block(
        "attn.qkv.*", "attention.self.query.*", "attention.self.key.*", "attention.self.value.*"),
      block("attn.proj.*", "attention.output.dense.*"),
      block("mlp.fc1.*", "intermediate.dense.*"), block("mlp.fc2.*", "output.dense.*"),
      Row("norm.*", "@layernorm.*"), Row("head.fc.*", "classifier.*"),
    ],
    asides: buffers, epsilon: 1e-5)

  private static let buffers = ["relative_position_index", "attn_mask"].map {
    Aside(containing: $0, what: "the numbers of distances and masks, which follow from the sizes")
  }

  private static func block(_ own: String, _ stored: String...) -> Row {
    Row(own: "layers.#.blocks.%.\(own)", stored: stored.map { "@encoder.layers.#.blocks.%.\($0)" })
  }

  private static func swin(
    id: String, summary: String, marker: String, merging: String, head: String
  ) -> WeightNaming {
    func same(_ name: String) -> Row { Row(name, name) }
    let blocks = [
      "norm1.*", "norm2.*", "attn.qkv.*", "attn.proj.*", "attn.relative_position_bias_table",
      "mlp.fc1.*", "mlp.fc2.*",
    ]
    return WeightNaming(
      id: id, summary: summary, marker: marker,
      rows: [
        same("patch_embed.proj.*"), same("patch_embed.norm.*"), same("norm.*"),
        Row("layers.#.downsample.norm.*", "layers.\(merging).downsample.norm.*"),
        Row(
          "layers.#.downsample.reduction.weight", "layers.\(merging).downsample.reduction.weight"),
        Row("head.fc.*", head),
      ] + blocks.map { same("layers.#.blocks.%.\($0)") }, asides: buffers, epsilon: 1e-5)
  }
}
