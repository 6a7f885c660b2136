import Backbones
import Checkpoints
import PETL

/// Writes the trained adapter so that others can load it.
enum AdapterExport {
  /// Writes a PEFT folder when every adapter is linear and sits on linear maps, else our own format
  /// (`adapter.safetensors` with a version and the recipe in its metadata); never a false PEFT claim.
  ///
  /// In PEFT's terms the maps are timm's modules: query, key and value LoRAs become one LoRA of the
  /// fused `attn.qkv`, which is exact. The scale is folded into B and alpha equals r.
  ///
  /// - Returns: `peft` or `petl`.
  static func write(
    _ model: Model, to folder: String, baseModel: String, metadata: [String: String]
  ) throws -> String {
    if let modules = try peftModules(model), !modules.isEmpty {
      let head = [("head.weight", model.headWeight), ("head.bias", model.headBias)]
      let adapter = PEFTAdapterFolder(
        modules: modules,
        fullTensors: head.map {
          .init(name: $0, shape: $1.value.shape, values: $1.value.values)
        }, baseModel: baseModel, metadata: metadata)
      try adapter.write(to: folder, backboneModules: modulePaths(model.backbone))
      return "peft"
    }
    try Checkpoint.write(model, to: folder + "/adapter.safetensors", metadata: metadata)
    return "petl"
  }

  /// nil when PEFT cannot hold the adapters.
  private static func peftModules(_ model: Model) throws -> [PEFTLoRA]? {
    var byLayer: [Int: [AdaptationSite.Kind: LowRankFactors]] = [:]
    var widths: [AdaptationSite.Kind: Int] = [:]
    for entry in model.adapters.entries {
      guard entry.site.kind.isLinear, entry.placement == .parallel,
        entry.adapter.mergedBias() == nil,
        let factors = (entry.adapter as? any SubspaceDecomposable)?.linearFactors()
      else { return nil }
      let rank = factors.basis.shape[0]
      byLayer[entry.site.layer, default: [:]][entry.site.kind] = LowRankFactors(
        a: factors.directions.values, b: noGradient { factors.basis.transposed().values },
        rank: rank, alpha: Double(rank))
      widths[entry.site.kind] = entry.site.inputWidth
    }
    return try byLayer.sorted { $0.key < $1.key }.flatMap { layer, sites -> [PEFTLoRA] in
      var modules: [PEFTLoRA] = []
      if sites[.query] != nil || sites[.key] != nil || sites[.value] != nil {
        let width = model.backbone.width
        let fused = try peftBlockLoRA(
          query: sites[.query], key: sites[.key], value: sites[.value], width: width)
        modules.append(
          PEFTLoRA(module: "blocks.\(layer).attn.qkv", factors: fused, inputs: width))
      }
      for (kind, name) in [
        (AdaptationSite.Kind.output, "attn.proj"), (.fc1, "mlp.fc1"), (.fc2, "mlp.fc2"),
      ] {
        guard let factors = sites[kind], let inputs = widths[kind] else { continue }
        modules.append(
          PEFTLoRA(module: "blocks.\(layer).\(name)", factors: factors, inputs: inputs))
      }
      return modules
    }
  }

  /// Every module of timm's network that has a weight, so that target names match exactly.
  private static func modulePaths(_ backbone: any Backbone) -> [String] {
    let layers = Set(backbone.sites.map(\.layer)).sorted()
    let inBlock = ["norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"]
    return ["patch_embed.proj"] + layers.flatMap { l in inBlock.map { "blocks.\(l).\($0)" } }
      + ["norm", "head"]
  }
}
