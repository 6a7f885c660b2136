import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct SiteModulesTests {
  /// A path of each naming, and what it is.
  @Test(arguments: [
    ("blocks.3.attn.qkv", "timm", SiteModules.MapKind.fused),
    ("blocks.3.attn.proj", "timm", .site(.output)),
    ("layers.2.blocks.3.mlp.fc1", "swin", .site(.fc1)),
    ("vit.layers.3.attention.q_proj", "hf-vit-v5", .site(.query)),
    ("layers.3.attention.o_proj", "hf-vit-v5", .site(.output)),
    ("vit.encoder.layer.3.attention.attention.value", "hf-vit", .site(.value)),
    ("vit.encoder.layer.3.attention.output.dense", "hf-vit", .site(.output)),
    ("vit.encoder.layer.3.intermediate.dense", "hf-vit", .site(.fc1)),
    ("encoder.layer.3.output.dense", "hf-vit", .site(.fc2)),
    ("vision_model.encoder.layers.3.self_attn.out_proj", "hf-clip", .site(.output)),
    ("encoder.layers.3.self_attn.k_proj", "hf-clip", .site(.key)),
    ("text_model.encoder.layers.3.mlp.fc2", "hf-clip-text", .site(.fc2)),
    ("deit.layers.3.mlp.fc2", "hf-deit-v5", .site(.fc2)),
    ("deit.encoder.layer.3.attention.attention.key", "hf-deit", .site(.key)),
    ("dinov2.encoder.layer.3.attention.q_proj", "hf-dinov2-v5", .site(.query)),
    ("dinov2.encoder.layer.3.attention.attention.query", "hf-dinov2", .site(.query)),
    (
      "dinov2_with_registers.encoder.layer.3.mlp.fc1", "hf-dinov2-with-registers-v5", .site(.fc1)
    ),
    ("swin.encoder.layers.2.blocks.3.attention.v_proj", "hf-swin-v5", .site(.value)),
    ("swin.encoder.layers.2.blocks.3.attention.self.query", "hf-swin", .site(.query)),
    ("visual.transformer.resblocks.3.mlp.c_proj", "open-clip", .site(.fc2)),
  ])
  func findsPlaces(_ path: String, _ name: String, _ map: SiteModules.MapKind) throws {
    let naming = try #require(SiteModules.detected(in: [path]))
    #expect(naming.name == name)
    let place = try #require(naming.place(of: path))
    #expect(place.map == map)
    #expect(place.layer == 3)
    #expect(place.stage == (naming.hasStages ? 2 : 0))
    #expect(naming.path(of: place) == path)
    let all = naming.modulePaths(depths: naming.hasStages ? [1, 1, 4] : [4])
    #expect(all.contains(path))
    #expect(Set(all).count == all.count)
  }

  @Test(arguments: [
    "blocks.x.attn.qkv", "blocks.-1.attn.qkv", "blocks.01.attn.qkv", "blocks.1.attn", "blocks.1",
    "", "a.blocks.1.attn.qkv", "blocks.1.attn.qkv.weight", "model.layers.0.self_attn.q_proj",
  ])
  func knowsNothingElse(_ path: String) {
    #expect(SiteModules.detected(in: [path]) == nil)
  }

  /// Every naming names each linear map once, and nothing twice.
  @Test func isComplete() throws {
    #expect(Set(SiteModules.all.map(\.name)).count == SiteModules.all.count)
    for naming in SiteModules.all {
      let kinds: Set<SiteModules.MapKind> = [.site(.output), .site(.fc1), .site(.fc2)]
      let split: Set<SiteModules.MapKind> = [.site(.query), .site(.key), .site(.value)]
      #expect(Set(naming.maps.keys) == kinds.union(naming.isFused ? [.fused] : split))
      #expect(Set(naming.maps.values).count == naming.maps.count)
      #expect(try SiteModules.named(naming.name) == naming)
    }
    expectComplaint("did you mean 'hf-vit'?") { try SiteModules.named("hf_vti") }
  }

  /// Most of the paths decide.
  @Test func takesTheMajority() {
    let paths = [
      "vit.layers.0.attention.q_proj", "vit.layers.1.attention.q_proj", "blocks.0.attn.qkv",
    ]
    #expect(SiteModules.detected(in: paths)?.name == "hf-vit-v5")
  }
}
