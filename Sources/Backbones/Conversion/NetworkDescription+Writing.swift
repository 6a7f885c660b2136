import Checkpoints
import PETL

/// The `config.json` with which transformers loads what we write.
extension ViTCheckpoint {
  /// nil for a library whose files need none.
  func description(for target: WeightNaming) throws -> JSONValue? {
    if target.id == WeightNaming.timm.id { return timmDescription() }
    let own = configuration
    let isHuggingFace = [
      WeightNaming.huggingFaceViT, .huggingFaceViTModules, .huggingFaceCLIP, .huggingFaceDINOv2,
    ].contains { $0.id == target.id }
    if isHuggingFace, !own.poolsClassToken {
      throw DiagnosticError(
        "\(target.summary) has the class token as its feature, this network \(pooling.rawValue)")
    }
    let activation = own.activation.huggingFaceName
    var common: [JSONValue.Member] = [
      .init("hidden_act", .string(activation)), .init("hidden_size", .integer(own.width)),
      .init("image_size", .integer(own.imageSize)),
      .init("layer_norm_eps", .number(Double(String(own.epsilon)) ?? Double(own.epsilon))),
      .init("num_attention_heads", .integer(own.heads)), .init("num_channels", .integer(3)),
      .init("num_hidden_layers", .integer(own.depth)), .init("patch_size", .integer(own.patchSize)),
    ]
    let hidden = JSONValue.Member("intermediate_size", .integer(own.mlpWidth))
    let bias = JSONValue.Member("qkv_bias", .bool(own.hasQueryKeyValueBias))
    switch target.id {
    case WeightNaming.huggingFaceViT.id, WeightNaming.huggingFaceViTModules.id:
      common += [hidden, bias] + labelMembers(classes, labels)
      return described("vit", "ViTForImageClassification", common)
    case WeightNaming.huggingFaceCLIP.id:
      common += [hidden, .init("projection_dim", .integer(classes ?? own.width))]
      return described("clip_vision_model", "CLIPVisionModelWithProjection", common)
    case WeightNaming.huggingFaceDINOv2.id:
      guard own.mlpWidth % own.width == 0 else {
        throw DiagnosticError(
          "Hugging Face's DINOv2 has an MLP of a whole multiple of the width, this one is "
            + "\(own.mlpWidth) at width \(own.width)")
      }
      common += [bias, .init("mlp_ratio", .integer(own.mlpWidth / own.width))]
      if own.registers == 0 { return described("dinov2", "Dinov2Model", common) }
      common.append(.init("num_register_tokens", .integer(own.registers)))
      return described("dinov2_with_registers", "Dinov2WithRegistersModel", common)
    default: return nil
    }
  }
}

extension Activation {
  /// What transformers calls it.
  fileprivate var huggingFaceName: String {
    switch self {
    case .quickGELU: "quick_gelu"
    case .geluTanh: "gelu_pytorch_tanh"
    case .relu, .silu: rawValue
    case .gelu, .none: "gelu"
    }
  }
}

extension SwinCheckpoint {
  /// nil for a library whose files need none.
  func description(for target: WeightNaming) throws -> JSONValue? {
    guard target.id == WeightNaming.huggingFaceSwin.id else { return nil }
    let own = configuration
    let first = own.stages[0].mlpWidth
    guard own.stages.indices.allSatisfy({ own.stages[$0].mlpWidth == first << $0 }) else {
      throw DiagnosticError("Hugging Face's Swin has MLPs of one multiple of the width")
    }
    return described(
      "swin", "SwinForImageClassification",
      [
        .init("depths", .array(own.stages.map { .integer($0.depth) })),
        .init("embed_dim", .integer(own.width)), .init("hidden_act", .string("gelu")),
        .init("image_size", .integer(own.imageSize)),
        .init("layer_norm_eps", .number(Double(String(own.epsilon)) ?? Double(own.epsilon))),
        .init("mlp_ratio", ratio(first, own.width)), .init("num_channels", .integer(3)),
        .init("num_heads", .array(own.stages.map { .integer($0.heads) })),
        .init("patch_size", .integer(own.patchSize)), .init("window_size", .integer(own.window)),
      ] + labelMembers(classes, labels))
  }
}

/// The multiple of the width that transformers cuts down to this width of an MLP.
func ratio(_ mlpWidth: Int, _ width: Int) -> JSONValue {
  mlpWidth % width == 0
    ? .integer(mlpWidth / width) : .number((Double(mlpWidth) + 0.5) / Double(width))
}

private func described(
  _ type: String, _ architecture: String, _ members: [JSONValue.Member]
) -> JSONValue {
  let all =
    members + [
      .init("architectures", .array([.string(architecture)])), .init("model_type", .string(type)),
    ]
  return .object(all.sorted { $0.name < $1.name })
}

private func labelMembers(_ classes: Int?, _ labels: [String]?) -> [JSONValue.Member] {
  guard let classes else { return [] }
  // Names that stand twice would lose a class.
  let isWhole = labels.map { $0.count == classes && Set($0).count == classes } ?? false
  let names = (0..<classes).map { isWhole ? labels?[$0] ?? "" : "LABEL_\($0)" }
  let numbered = names.enumerated().map { JSONValue.Member("\($0)", .string($1)) }
  return [
    .init("id2label", .object(numbered)),
    .init(
      "label2id", .object(names.enumerated().map { .init("\($1)", .integer($0)) })),
  ]
}
