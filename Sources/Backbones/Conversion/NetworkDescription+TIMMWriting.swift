import Checkpoints
import PETL

extension ViTCheckpoint {
  /// The `config.json` with which timm loads what we write: an architecture and all arguments over it; nil
  /// where no architecture has such norms.
  func timmDescription() -> JSONValue? {
    let own = configuration
    // These have norms of 1e-6 and of 1e-5; everything else of theirs is overridden.
    let architectures: [Float: String] = [
      1e-6: "vit_base_patch16_224", 1e-5: "vit_base_patch16_clip_224",
    ]
    guard let architecture = architectures[own.epsilon],
      own.hasPatchBias != own.normalizesFirst
    else { return nil }
    let activations: [Activation: String] = [
      .geluTanh: "gelu_tanh", .quickGELU: "quick_gelu", .relu: "relu", .silu: "silu",
    ]
    let pool = own.poolsClassToken ? "token" : "avg"
    var arguments: [JSONValue.Member] = [
      .init("act_layer", .string(activations[own.activation] ?? "gelu")),
      .init("class_token", .bool(own.hasClassToken)), .init("depth", .integer(own.depth)),
      .init("embed_dim", .integer(own.width)), .init("fc_norm", .bool(normalizesAfterPooling)),
      .init("global_pool", .string(pool)), .init("img_size", .integer(own.imageSize)),
      .init("mlp_ratio", ratio(own.mlpWidth, own.width)),
      // Registers of timm's have no positions; what another library gave them is added to them.
      .init("no_embed_class", .bool(own.registers > 0 || own.unpositioned > 0)),
      .init("num_classes", .integer(classes ?? 0)), .init("num_heads", .integer(own.heads)),
      .init("patch_size", .integer(own.patchSize)), .init("pre_norm", .bool(own.normalizesFirst)),
      .init("qkv_bias", .bool(own.hasQueryKeyValueBias)),
      .init("reg_tokens", .integer(own.registers)),
    ]
    if own.hasLayerScale { arguments.append(.init("init_values", .number(1e-5))) }
    if own.averagesPrefix { arguments.append(.init("pool_include_prefix", .bool(true))) }
    return .object([
      .init("architecture", .string(architecture)), .init("global_pool", .string(pool)),
      .init("model_args", .object(arguments.sorted { $0.name < $1.name })),
      .init("num_classes", .integer(classes ?? 0)), .init("num_features", .integer(own.width)),
      .init("pretrained_cfg", .object([])),
    ])
  }
}
