import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles

/// Writes what Tests/Interop/check_written_language.py loads with PEFT, and check_mlx_language.py with mlx-lm.
///
/// Skipped unless the environment names a folder, PETL_INTEROP. Python is not run here.
struct WrittenLanguageTests {
  static let folder = ProcessInfo.processInfo.environment["PETL_INTEROP"]

  private static let maps: [AdaptationSite.Kind] = [
    .query, .value, .output, .gate, .fc1, .fc2,
  ]
  private static let methods: [(type: String, options: [(String, String)])] = [
    ("lora", [("rank", "2"), ("alpha", "3")]), ("dora", [("rank", "2")]),
    ("polar", [("rank", "2")]), ("ia3", []), ("vera", [("rank", "4")]),
    ("adalora", [("init_r", "2"), ("target_r", "2")]), ("fourierft", [("n_frequency", "5")]),
    ("vb-lora", [("rank", "2"), ("num_vectors", "6"), ("vector_length", "1"), ("topk", "2")]),
    ("randlora", [("rank", "4")]),
  ]

  @Test(.enabled(if: folder != nil))
  func writes() throws {
    let place = try #require(Self.folder) + "/language"
    var values: [TensorRecord] = []
    func write(
      _ model: String, _ method: (type: String, options: [(String, String)]), classes: Int? = nil
    ) throws {
      let peer = try LanguagePeer(model)
      let (adapters, groups) = try peer.adapters(method.type, method.options, at: Self.maps)
      let head = classes.map(peer.randomHead)
      let name = "\(method.type)@\(model)"
      let format = try AdapterExport.writeLanguage(
        network: peer.network, family: peer.family, adapters: adapters, groups: groups,
        head: head, baseModel: model, metadata: ["by": "WrittenLanguageTests"],
        to: "\(place)/\(name)")
      #expect(format == "peft", "\(name)")
      if method.type == "lora", peer.family.isDecoder, classes == nil {
        let contents = AdapterContents(
          backbone: peer.network, adapters: adapters, groups: groups, family: peer.family,
          baseModel: model)
        let names = peer.family == .gpt2 ? SiteModules.gpt2MLX : SiteModules(peer.family)
        try AdapterExport.write(contents, to: "\(place)/mlx/\(model)", as: .mlx(names))
      }
      let found = peer.values(adapters, head: head)
      values.append(.float32(name, shape: found.shape, found.values))
    }
    for method in Self.methods {
      // FourierFT has no form for GPT-2's one map of query, key and value.
      for model in ["llama", "bert", "deberta-p2c"] + (method.type == "fourierft" ? [] : ["gpt2"]) {
        try write(model, method)
      }
    }
    for model in ["gemma3", "mistral", "qwen2"] { try write(model, Self.methods[0]) }
    for model in ["bert-classifier", "roberta", "distilbert", "deberta", "qwen3-classifier"] {
      for method in Self.methods[...3] { try write(model, method, classes: 5) }
    }
    try SafetensorsWriter.write(values, metadata: [:], to: "\(place)/values.safetensors")
  }
}
