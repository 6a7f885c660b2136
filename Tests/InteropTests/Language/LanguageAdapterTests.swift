import AdapterFiles
import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import TestSupport
import Testing

/// PEFT's folders of language models, with what PEFT computes (Tests/Fixtures/language_adapters.py).
@Suite struct LanguageAdapterTests {
  private func network(_ name: String) throws -> (
    checkpoint: LanguageCheckpoint, any AdaptableNetwork
  ) {
    let checkpoint = try LanguageCheckpoint.open(fixture("language/\(name)"))
    return (
      checkpoint,
      checkpoint.configuration.family.isDecoder
        ? try checkpoint.decoder() : try checkpoint.encoder()
    )
  }

  private func read(_ folder: String, on name: String) throws -> LoadedAdapter {
    let (checkpoint, network) = try network(name)
    return try LoadedAdapter.read(
      folder, for: network, of: checkpoint.configuration.family, registry: .builtIn())
  }

  @Test(arguments: ["llama-lora", "llama-dora", "gpt2-lora", "bert-lora"])
  func asPEFTComputes(name: String) throws {
    let base = String(name.prefix { $0 != "-" })
    let (checkpoint, network) = try network(base)
    let folder = fixture("language-adapters/\(name)")
    let loaded = try LoadedAdapter.read(
      folder, for: network, of: checkpoint.configuration.family, registry: .builtIn())
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    let expected = try SafetensorsFile(path: folder + "/expected.safetensors")
    let ids = try expected.integers("ids")
    let batch = TokenBatch([Array(ids[..<9]), Array(ids[9...])])
    func values(_ adapters: AdapterSet) -> Tensor {
      let pass = ForwardPass(isTraining: false, images: 2, generator: RandomGenerator(seed: 0))
      if let decoder = network as? Decoder {
        let rows = decoder.hidden(batch, adapters: adapters, pass: pass)
        return decoder.logits(rows.reshaped([18, -1])).reshaped([2, 9, -1])
      }
      return (network as? TextEncoder)?.hidden(batch, adapters: adapters, pass: pass) ?? .zeros([1])
    }
    let wanted = try expected.tensor("values")
    #expect(relativeDistance(values(loaded.adapters), wanted) < 1e-4)
    #expect(relativeDistance(values(.none), wanted) > 1e-2)
  }

  /// Heads of classes that PEFT saved: of DistilBERT with the map before the last, of BERT without it.
  @Test(arguments: [
    ("bert-classes", "bert-classifier", false), ("distilbert-classes", "distilbert", true),
    ("deberta-classes", "deberta", true),
    ("qwen3-classes", "qwen3-classifier", false),
  ])
  func headsAsPEFTComputes(name: String, model: String, hasPooler: Bool) throws {
    let peer = try LanguagePeer(model)
    let folder = fixture("language-adapters/\(name)")
    let loaded = try peer.read(folder)
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    #expect((loaded.textHead?.pooler != nil) == hasPooler)
    let head = try #require(try loaded.textHead(on: peer.checkpoint))
    let expected = try SafetensorsFile(path: folder + "/expected.safetensors")
    let ids = try expected.integers("ids")
    let batch = TokenBatch([Array(ids[..<9]), Array(ids[9...])])
    let pass = ForwardPass(isTraining: false, images: 2, generator: RandomGenerator(seed: 0))
    let rows =
      try (peer.network as? Decoder)?.hidden(batch, adapters: loaded.adapters, pass: pass)
      ?? #require(peer.network as? TextEncoder).hidden(
        batch, adapters: loaded.adapters, pass: pass)
    let found = head(batch.pooled(rows, by: head.pooling))
    #expect(relativeDistance(found, try expected.tensor("values")) < 1e-4)
    // Without its pooler the weights of a bare network are not enough.
    if name == "bert-classes" {
      let scratch = try ScratchFolder()
      try scratch.copy(fixture: "language/bert", to: "b")
      let file = try SafetensorsFile(path: scratch.file("b/model.safetensors"))
      let records = try file.entries.filter { !$0.name.contains("pooler") }.map {
        TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
      }
      try SafetensorsWriter.write(
        records, metadata: [:], to: scratch.file("b/model.safetensors"))
      let bare = try LanguageCheckpoint.open(scratch.file("b"))
      expectComplaint("the head's first map (the pooler) is neither in the adapter") {
        try loaded.textHead(on: bare)
      }
    }
  }

  /// Names without the root are those of the bare network.
  @Test func namesOfTheBareNetwork() throws {
    let scratch = try ScratchFolder()
    try scratch.copy(fixture: "language-adapters/llama-lora", to: "a")
    let file = try SafetensorsFile(path: scratch.file("a/adapter_model.safetensors"))
    let records = try file.entries.map { entry in
      TensorRecord.float32(
        entry.name.replacing("base_model.model.model.", with: "base_model.model."),
        shape: entry.shape, try file.floats(entry.name))
    }
    try SafetensorsWriter.write(
      records, metadata: [:], to: scratch.file("a/adapter_model.safetensors"))
    let bare = try read(scratch.file("a"), on: "llama")
    let whole = try read(fixture("language-adapters/llama-lora"), on: "llama")
    #expect(bare.adapters.entries.map(\.site) == whole.adapters.entries.map(\.site))
    #expect(!bare.adapters.entries.isEmpty)
  }

  /// Whole tensors that are no head, maps outside of blocks, other networks and other settings are refused.
  @Test func whatDoesNotFit() throws {
    expectComplaint("no map of this network's blocks") {
      try read(fixture("language-adapters/bert-lora"), on: "llama")
    }
    let scratch = try ScratchFolder()
    try scratch.copy(fixture: "language-adapters/llama-lora", to: "a")
    let path = scratch.file("a/adapter_model.safetensors")
    let file = try SafetensorsFile(path: path)
    let records = try file.entries.map {
      TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
    }
    let head = TensorRecord.float32(
      "base_model.model.lm_head.weight", shape: [1, 1], [Float(0)])
    try SafetensorsWriter.write(records + [head], metadata: [:], to: path)
    expectComplaint("lm_head.weight") { try read(scratch.file("a"), on: "llama") }
    let factors = [("lora_A", [2, 24]), ("lora_B", [41, 2])].map { name, shape in
      TensorRecord.float32(
        "base_model.model.lm_head.\(name).weight", shape: shape,
        .init(repeating: 0, count: shape[0] * shape[1]))
    }
    try SafetensorsWriter.write(records + factors, metadata: [:], to: path)
    let plain = try scratch.text("a/adapter_config.json")
    try scratch.write(
      plain.replacing("\"gate_proj\"", with: "\"gate_proj\", \"lm_head\""),
      to: "a/adapter_config.json")
    expectComplaint("`target_modules` means `lm_head`, which is no map of this network's blocks") {
      try read(scratch.file("a"), on: "llama")
    }
    let biases = records.filter { $0.name.contains("lora_B") }.map { record in
      TensorRecord.float32(
        record.name.replacing("lora_B.weight", with: "lora_B.bias"), shape: [record.shape[0]],
        .init(repeating: 1, count: record.shape[0]))
    }
    try SafetensorsWriter.write(records + biases, metadata: [:], to: path)
    try scratch.write(
      plain.replacing("\"lora_bias\": false", with: "\"lora_bias\": true"),
      to: "a/adapter_config.json")
    expectComplaint("`lora_bias` adds biases to maps, which is not read of a language model") {
      try read(scratch.file("a"), on: "llama")
    }
    try scratch.write(plain, to: "a/adapter_config.json")
    let settings = try scratch.text("a/adapter_config.json")
    try SafetensorsWriter.write(records, metadata: [:], to: path)
    try scratch.write(
      settings.replacing("\"fan_in_fan_out\": false", with: "\"fan_in_fan_out\": true"),
      to: "a/adapter_config.json")
    expectComplaint("`fan_in_fan_out` is set") { try read(scratch.file("a"), on: "llama") }
  }
}
