import Backbones
import Checkpoints
import Foundation
import Networks
import PETL
import TestSupport
import Testing

@testable import AdapterFiles

/// Adapters merged into language models.
@Suite struct LanguageMergeTests {
  private static let maps: [AdaptationSite.Kind] = [
    .query, .key, .value, .output, .gate, .fc1, .fc2,
  ]

  /// Writes an adapter on a model.
  private func write(
    _ type: String, _ options: [(String, String)] = [("rank", "2")],
    at kinds: [AdaptationSite.Kind] = maps, on peer: LanguagePeer, head: TextHead? = nil,
    to folder: String
  ) throws -> AdapterSet {
    let (adapters, groups) = try peer.adapters(type, options, at: kinds)
    try AdapterExport.writeLanguage(
      network: peer.network, family: peer.family, adapters: adapters, groups: groups, head: head,
      to: folder)
    return adapters
  }

  private func merging(_ adapter: String, _ weights: String, keepsHead: Bool = false) throws
    -> LanguageMerging
  {
    try LanguageMerging(
      .init(adapter: adapter, weights: weights, keepsHead: keepsHead), registry: registry)
  }

  /// What was quantised is written unpacked, and the description no longer says that it is.
  @Test(arguments: ["nf4-double", "mlx4"])
  func quantised(model: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(at: fixture("language-quantized/\(model)"))
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language-quantized/\(model)"))
    #expect(try merged.writeFolder(to: scratch.file("m")).isEmpty)
    let text = try String(contentsOfFile: scratch.file("m/config.json"), encoding: .utf8)
    #expect(!text.contains("quantization"))
    #expect(merged.report.notes.contains { "\($0)".contains("are written in single precision") })
    let file = try SafetensorsFile(path: scratch.file("m/model.safetensors"))
    #expect(file.entries.allSatisfy { $0.type == .f32 })
    let whole = try LanguagePeer(at: scratch.file("m"))
    #expect(relativeDistance(whole.values(.none), peer.values(adapters)) < 1e-4)
  }

  /// The merged folder gives what the network gives with the adapter beside it.
  @Test(arguments: [
    "llama", "llama-linear-v4", "mistral", "qwen2", "qwen3-v4", "gemma3", "gpt2", "bert", "roberta",
    "distilbert", "deberta", "deberta-own-maps",
  ])
  func folders(model: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language/\(model)"))
    #expect(try merged.writeFolder(to: scratch.file("m")).isEmpty)
    let whole = try LanguagePeer(at: scratch.file("m"))
    let wanted = peer.values(adapters)
    #expect(relativeDistance(whole.values(.none), wanted) < 1e-4)
    #expect(relativeDistance(peer.values(.none), wanted) > 1e-2)
    #expect(merged.report.difference < 1e-5 && merged.report.roundingLoss == nil)
    #expect(!merged.report.changed.isEmpty)
    let (old, new) = (peer.checkpoint.store, whole.checkpoint.store)
    #expect(new.entries.map(\.name) == old.entries.map(\.name))
    for entry in old.entries where !merged.report.changed.contains(entry.name) {
      #expect(try new.bytes(entry.name) == old.bytes(entry.name), "\(entry.name)")
    }
  }

  /// Changes before a map, of its output, of a norm, and of the network's own weights.
  @Test(arguments: [
    ("gpt2", "repadapter", [AdaptationSite.Kind.attention, .mlp]),
    ("roberta", "repadapter", [.attention, .mlp]), ("bert", "ssf", [.norm1, .norm2, .fc1]),
    ("llama", "dora", [.query, .gate]), ("gpt2", "dora", [.key, .fc2]), ("qwen2", "ia3", [.key]),
  ])
  func methods(model: String, type: String, kinds: [AdaptationSite.Kind]) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let adapters = try write(type, [], at: kinds, on: peer, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language/\(model)"))
    _ = try merged.writeFolder(to: scratch.file("m"))
    let wanted = peer.values(adapters)
    #expect(relativeDistance(try LanguagePeer(at: scratch.file("m")).values(.none), wanted) < 1e-4)
    #expect(relativeDistance(peer.values(.none), wanted) > 1e-3)
  }

  /// Weights of the network that were trained take the place of the file's, parts of GPT-2's one map too.
  @Test(arguments: ["gpt2", "llama", "bert"])
  func weightsOfTheNetwork(model: String) throws {
    let scratch = try ScratchFolder()
    let ends = [".attn.k.weight", ".attn.q.bias", "norm1.weight"]
    let peer = try LanguagePeer(model) { weight in ends.contains { weight.name.hasSuffix($0) } }
    for (_, parameter) in peer.network.parameters {
      parameter.update(to: parameter.value.values.map { $0 * 1.5 + 0.1 })
    }
    let adapters = try write("lora", at: [.value], on: peer, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language/\(model)"))
    _ = try merged.writeFolder(to: scratch.file("m"))
    let whole = try LanguagePeer(at: scratch.file("m"))
    #expect(relativeDistance(whole.values(.none), peer.values(adapters)) < 1e-4)
  }

  /// Sharded weights become one file, and what lies beside them is copied byte for byte.
  @Test func shardsAndCompanions() throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer("llama")
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    try scratch.writeLanguageModel("llama", to: "base")
    try scratch.write("{\"max_length\": 7}", to: "base/generation_config.json")
    try scratch.write("{{ messages }}", to: "base/chat_template.jinja")
    let store = peer.checkpoint.store
    let halves = [store.entries.prefix(5), store.entries.dropFirst(5)].map(Array.init)
    var map: [String: String] = [:]
    for (index, entries) in halves.enumerated() {
      let name = "model-0000\(index + 1)-of-00002.safetensors"
      let records = try entries.map {
        TensorRecord.float32($0.name, shape: $0.shape, try store.floats($0.name))
      }
      try SafetensorsWriter.write(records, metadata: [:], to: scratch.file("base/\(name)"))
      for entry in entries { map[entry.name] = name }
    }
    try FileManager.default.removeItem(atPath: scratch.file("base/model.safetensors"))
    let index = try JSONEncoder().encode(["weight_map": map])
    try scratch.write(
      String(decoding: index, as: UTF8.self), to: "base/model.safetensors.index.json")
    _ = try merging(scratch.file("a"), scratch.file("base")).writeFolder(to: scratch.file("m"))
    let whole = try LanguagePeer(at: scratch.file("m"))
    #expect(relativeDistance(whole.values(.none), peer.values(adapters)) < 1e-4)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.file("m")).sorted()
    #expect(
      files == [
        "chat_template.jinja", "config.json", "generation_config.json", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
      ])
    for name in files where name != "model.safetensors" {
      #expect(try scratch.text("m/\(name)") == scratch.text("base/\(name)"), "\(name)")
    }
  }

  /// With a head the weights are those of the model for classification.
  @Test(arguments: [
    "bert", "bert-classifier", "roberta", "distilbert", "deberta", "deberta-own-maps",
    "llama", "qwen3-classifier",
  ])
  func heads(model: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let head = peer.randomHead(classes: 5)
    let adapters = try write("lora", on: peer, head: head, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language/\(model)"))
    _ = try merged.writeFolder(to: scratch.file("m"))
    let whole = try LanguagePeer(at: scratch.file("m"))
    #expect(whole.checkpoint.classes == 5)
    let architecture = try #require(whole.checkpoint.description.architecture)
    #expect(architecture.hasSuffix("ForSequenceClassification"))
    #expect(whole.checkpoint.notes.isEmpty, "\(whole.checkpoint.notes)")
    let own: TextHead = try #require(whole.head)
    let found = whole.values(.none, head: own)
    #expect(relativeDistance(found, peer.values(adapters, head: head)) < 1e-4)
    let kept = try merging(scratch.file("a"), fixture("language/\(model)"), keepsHead: true)
    #expect(kept.report.classes == peer.checkpoint.classes)
    expectComplaint("no place for a head of classes") {
      try merged.writeGGUF(to: scratch.file("m.gguf"), as: .f16)
    }
  }

  /// GGUF files on either side.
  @Test(arguments: ["llama", "gpt2"])
  func ggufFiles(model: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    let wanted = peer.values(adapters)
    let base = scratch.file("base.gguf")
    let (plan, _) = try GGUFConversion.planning(
      WeightFile(path: fixture("language/\(model)")), as: .f32)
    try plan.write(to: base)
    func values(_ path: String) throws -> Tensor {
      let checkpoint = try LanguageWeights.checkpoint(path)
      let decoder = try checkpoint.decoder()
      let pass = ForwardPass(isTraining: false, images: 2, generator: RandomGenerator(seed: 0))
      let rows = decoder.hidden(TokenBatch(LanguagePeer.texts), adapters: .none, pass: pass)
      return decoder.logits(rows.reshaped([18, -1])).reshaped([2, 9, -1])
    }
    for weights in [fixture("language/\(model)"), base] {
      let merged = try merging(scratch.file("a"), weights)
      _ = try merged.writeGGUF(to: scratch.file("m.gguf"), as: .f32)
      #expect(relativeDistance(try values(scratch.file("m.gguf")), wanted) < 1e-4)
      _ = try merged.writeGGUF(to: scratch.file("h.gguf"), as: .f16)
      #expect(relativeDistance(try values(scratch.file("h.gguf")), wanted) < 1e-2)
    }
    let notes = try merging(scratch.file("a"), base).writeFolder(to: scratch.file("m"))
    #expect(notes.map(\.description).contains { $0.contains("no tokenizer.json is written") })
    #expect(relativeDistance(try values(scratch.file("m")), wanted) < 1e-4)
  }

  /// Weights in bfloat16 stay so, and it is said what that loses.
  @Test func halfPrecision() throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer("llama3")
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    let merged = try merging(scratch.file("a"), fixture("language/llama3"))
    let loss = try #require(merged.report.roundingLoss)
    #expect(loss > 0 && loss < 0.05)
    _ = try merged.writeFolder(to: scratch.file("m"))
    let whole = try LanguagePeer(at: scratch.file("m"))
    #expect(whole.checkpoint.store.entries.allSatisfy { $0.type == .bf16 })
    #expect(relativeDistance(whole.values(.none), peer.values(adapters)) < 3e-2)
    _ = try merged.writeFolder(to: scratch.file("f"), as: .f32)
    let single = try LanguagePeer(at: scratch.file("f"))
    #expect(single.checkpoint.store.entries.allSatisfy { $0.type == .f32 })
    #expect(try scratch.text("f/config.json").contains("float32"))
  }

  /// What is no change of weights is refused with the reason.
  @Test(arguments: [
    ("llama", "adaptformer", [AdaptationSite.Kind.mlp], "it is not linear"),
    ("llama", "repadapter", [.attention], "the file has no 'blocks.0.attn.q.bias'"),
    ("llama", "repadapter", [.mlp], "the file has no 'blocks.0.mlp.gate.bias'"),
    ("llama", "ssf", [.fc1], "the file has no 'blocks.0.mlp.fc1.bias'"),
    ("gemma3", "ssf", [.norm1], "no weight of the file is what it changes"),
  ])
  func refused(
    model: String, type: String, kinds: [AdaptationSite.Kind], words: String
  ) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let options = type == "adaptformer" ? [("rank", "3")] : []
    _ = try write(type, options, at: kinds, on: peer, to: scratch.file("a"))
    expectComplaint(words) { try merging(scratch.file("a"), fixture("language/\(model)")) }
  }

  /// An adapter of another model, and numbers that are none.
  @Test func whatDoesNotFit() throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer("llama")
    let adapters = try write("lora", on: peer, to: scratch.file("a"))
    expectComplaint("no map of this network's blocks") {
      try merging(scratch.file("a"), fixture("language/bert"))
    }
    adapters.parameters[0].parameter.update(
      to: adapters.parameters[0].parameter.value.values.map { _ in .nan })
    let (_, groups) = try peer.adapters("lora", [("rank", "2")], at: Self.maps)
    try AdapterExport.writeLanguage(
      network: peer.network, family: .llama, adapters: adapters, groups: groups,
      to: scratch.file("b"))
    expectComplaint("holds not a number") {
      try merging(scratch.file("b"), fixture("language/llama"))
    }
  }
}
