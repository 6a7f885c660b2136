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
    let settings = try scratch.text("a/adapter_config.json")
    try SafetensorsWriter.write(records, metadata: [:], to: path)
    try scratch.write(
      settings.replacing("\"fan_in_fan_out\": false", with: "\"fan_in_fan_out\": true"),
      to: "a/adapter_config.json")
    expectComplaint("`fan_in_fan_out` is set") { try read(scratch.file("a"), on: "llama") }
  }
}
