import Checkpoints
import PETL
import Testing

@Suite("Modules of language models")
struct LanguageModulesTests {
  /// Paths as PEFT has them behind `base_model.model.`.
  static let paths: [(SiteModules, String, SiteModules.MapKind, Int)] = [
    (.llama, "model.layers.0.self_attn.q_proj", .site(.query), 0),
    (.llama, "model.layers.11.mlp.gate_proj", .site(.gate), 11),
    (.llama, "model.layers.3.mlp.up_proj", .site(.fc1), 3),
    (.gemma, "model.layers.3.mlp.down_proj", .site(.fc2), 3),
    (.gpt2, "transformer.h.2.attn.c_attn", .fused, 2),
    (.gpt2, "transformer.h.2.mlp.c_proj", .site(.fc2), 2),
    (.bert, "bert.encoder.layer.1.attention.self.value", .site(.value), 1),
    (.bert, "bert.encoder.layer.1.attention.output.dense", .site(.output), 1),
    (.roberta, "roberta.encoder.layer.1.output.dense", .site(.fc2), 1),
    (.distilbert, "distilbert.transformer.layer.5.attention.out_lin", .site(.output), 5),
    (.deberta, "deberta.encoder.layer.11.attention.self.key_proj", .site(.key), 11),
  ]

  @Test("are found by their paths, and have those paths")
  func places() {
    for (names, path, map, layer) in Self.paths {
      let place = SiteModules.Place(map: map, layer: layer)
      #expect(names.place(of: path) == place, "\(path)")
      #expect(names.path(of: place) == path)
      let bare = String(path.dropFirst(names.root.count))
      #expect(names.bare.place(of: bare) == place, "\(bare)")
      #expect(names.place(of: bare) == nil)
      #expect(names.modulePaths(depths: [layer + 1]).contains(path))
    }
    #expect(Set(Self.paths.map(\.0.name)) == Set(SiteModules.languages.map(\.name)))
  }
}
