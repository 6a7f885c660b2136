import PETL

/// The namings of timm 1.0, of transformers up to 4.57, which are those of its files ever since, of the modules
/// of transformers 5 (`…-v5`, since its pull request 41693), and of open_clip.
extension SiteModules {
  /// timm's ViT: ViT, DeiT, DINOv2, CLIP towers.
  public static let timm = SiteModules(
    "timm", block: "blocks.{layer}",
    [.fused: "attn.qkv", .site(.output): "attn.proj"].merging(plainMLP) { own, _ in own },
    head: "head", others: ["norm1", "norm2"], outside: ["patch_embed.proj", "norm"])
  /// timm's Swin.
  public static let swin = SiteModules(
    "swin", block: "layers.{stage}.blocks.{layer}",
    [.fused: "attn.qkv", .site(.output): "attn.proj"].merging(plainMLP) { own, _ in own },
    head: "head.fc", others: ["norm1", "norm2"], outside: ["patch_embed.proj", "norm"])
  /// ViT of transformers 5.
  public static let vitV5 = SiteModules(
    "hf-vit-v5", root: "vit.", block: "layers.{layer}", newAttention, others: aroundNorms,
    outside: ["embeddings.patch_embeddings.projection", "layernorm"])
  /// ViT of transformers up to 4.57.
  public static let vit = SiteModules(
    "hf-vit", root: "vit.", block: "encoder.layer.{layer}", oldAttention,
    others: aroundNorms, outside: ["embeddings.patch_embeddings.projection", "layernorm"])
  /// CLIP's vision tower of transformers, all versions.
  public static let clip = SiteModules(
    "hf-clip", root: "vision_model.", block: "encoder.layers.{layer}", clipMaps,
    hasSameHead: false, others: ["layer_norm1", "layer_norm2"],
    outside: ["embeddings.patch_embedding", "pre_layrnorm", "post_layernorm"])
  /// CLIP's text tower of transformers, all versions.
  public static let clipText = SiteModules(
    "hf-clip-text", root: "text_model.", block: "encoder.layers.{layer}", clipMaps,
    hasSameHead: false, others: ["layer_norm1", "layer_norm2"], outside: ["final_layer_norm"])

  /// Every naming that is known; the first of equally good ones is detected.
  public static let all: [SiteModules] =
    [
      timm, swin, vit, vitV5, clip, clipText,
      SiteModules(
        "hf-deit-v5", root: "deit.", block: "layers.{layer}", newAttention, others: aroundNorms,
        outside: ["embeddings.patch_embeddings.projection", "layernorm"]),
      SiteModules(
        "hf-deit", root: "deit.", block: "encoder.layer.{layer}", oldAttention,
        others: aroundNorms, outside: ["embeddings.patch_embeddings.projection", "layernorm"]),
    ]
    + ["dinov2", "dinov2_with_registers"].flatMap { family in
      let name = "hf-" + family.replacing("_", with: "-")
      let others = ["norm1", "norm2"]
      let outside = ["embeddings.patch_embeddings.projection", "layernorm"]
      return [
        SiteModules(
          name + "-v5", root: family + ".", block: "encoder.layer.{layer}", newAttention,
          hasSameHead: false, others: others, outside: outside),
        SiteModules(
          name, root: family + ".", block: "encoder.layer.{layer}",
          oldAttention.merging(plainMLP) { _, mlp in mlp }, hasSameHead: false, others: others,
          outside: outside),
      ]
    } + [
      SiteModules(
        "hf-swin-v5", root: "swin.", block: "encoder.layers.{stage}.blocks.{layer}", newAttention,
        others: aroundNorms, outside: ["embeddings.patch_embeddings.projection", "layernorm"]),
      SiteModules(
        "hf-swin", root: "swin.", block: "encoder.layers.{stage}.blocks.{layer}",
        oldAttention.merging([
          .site(.query): "attention.self.query", .site(.key): "attention.self.key",
          .site(.value): "attention.self.value",
        ]) { _, own in own }, others: aroundNorms,
        outside: ["embeddings.patch_embeddings.projection", "layernorm"]),
      SiteModules(
        "open-clip", root: "visual.", block: "transformer.resblocks.{layer}", openCLIPMaps,
        head: "head", others: ["ln_1", "ln_2"], outside: ["conv1", "ln_pre", "ln_post"]),
    ]

  /// The text towers: Hugging Face's, and open_clip's with and without `text.`.
  static let texts: [SiteModules] = {
    let own = SiteModules(
      "open-clip-text", root: "text.", block: "transformer.resblocks.{layer}", openCLIPMaps,
      others: ["ln_1", "ln_2"], outside: ["ln_final"])
    return [clipText, own, own.bare]
  }()

  private static let openCLIPMaps: [MapKind: String] = [
    .fused: "attn", .site(.output): "attn.out_proj", .site(.fc1): "mlp.c_fc",
    .site(.fc2): "mlp.c_proj",
  ]

  private static let plainMLP: [MapKind: String] = [
    .site(.fc1): "mlp.fc1", .site(.fc2): "mlp.fc2",
  ]
  private static let newAttention: [MapKind: String] = [
    .site(.query): "attention.q_proj", .site(.key): "attention.k_proj",
    .site(.value): "attention.v_proj", .site(.output): "attention.o_proj",
  ].merging(plainMLP) { own, _ in own }
  private static let oldAttention: [MapKind: String] = [
    .site(.query): "attention.attention.query", .site(.key): "attention.attention.key",
    .site(.value): "attention.attention.value", .site(.output): "attention.output.dense",
    .site(.fc1): "intermediate.dense", .site(.fc2): "output.dense",
  ]
  private static let clipMaps: [MapKind: String] = [
    .site(.query): "self_attn.q_proj", .site(.key): "self_attn.k_proj",
    .site(.value): "self_attn.v_proj", .site(.output): "self_attn.out_proj",
  ].merging(plainMLP) { own, _ in own }
  private static let aroundNorms = ["layernorm_before", "layernorm_after"]

  private init(
    _ name: String, root: String = "", block: String, _ maps: [MapKind: String],
    head: String = "classifier", hasSameHead: Bool = true, others: [String], outside: [String]
  ) {
    self.init(
      name: name, root: root, fullRoot: root, block: block, maps: maps, head: head,
      hasSameHead: hasSameHead, others: others, outside: outside)
  }
}
