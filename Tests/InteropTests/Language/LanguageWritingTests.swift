import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles

/// Adapters of language models, written and read again.
@Suite struct LanguageWritingTests {
  /// A folder of PEFT's that is read and written is the same adapter, and its configuration says the same.
  @Test(arguments: [
    ("llama-lora", "CAUSAL_LM"), ("llama-dora", "CAUSAL_LM"), ("gpt2-lora", "CAUSAL_LM"),
    ("bert-lora", "FEATURE_EXTRACTION"),
  ])
  func foldersOfPEFT(name: String, task: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(String(name.prefix { $0 != "-" }))
    let first = try peer.read(fixture("language-adapters/\(name)"))
    let format = try AdapterExport.writeLanguage(
      network: peer.network, family: peer.family, adapters: first.adapters, groups: first.groups,
      baseModel: first.baseModel, to: scratch.file("a"))
    #expect(format == "peft")
    let again = try peer.read(scratch.file("a"))
    #expect(again.warnings.isEmpty)
    #expect(again.groups.yaml == first.groups.yaml)
    #expect(again.adapters.parameters.map(\.name) == first.adapters.parameters.map(\.name))
    for (own, other) in zip(again.adapters.parameters, first.adapters.parameters) {
      #expect(own.parameter.value.values == other.parameter.value.values, "\(own.name)")
    }
    func settings(_ folder: String) throws -> JSONValue {
      let path = folder + "/adapter_config.json"
      return try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
    }
    let written = try settings(scratch.file("a"))
    #expect(written["task_type"]?.text == task)
    #expect(written["fan_in_fan_out"]?.flag == (peer.family == .gpt2))
    let theirs = try settings(fixture("language-adapters/\(name)"))
    #expect(written["base_model_name_or_path"]?.text == theirs["base_model_name_or_path"]?.text)
  }

  /// The head is saved whole, with the map that PEFT leaves out.
  @Test(arguments: [
    ("bert-classifier", ["bert.pooler.dense", "classifier"]), ("roberta", ["classifier"]),
    ("distilbert", ["classifier", "pre_classifier"]), ("deberta", ["classifier", "pooler.dense"]),
    ("qwen3-classifier", ["score"]),
  ])
  func heads(model: String, saved: [String]) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let (adapters, groups) = try peer.adapters("lora", [("rank", "2")], at: [.query, .fc2])
    let head = peer.randomHead(classes: 5)
    let format = try AdapterExport.writeLanguage(
      network: peer.network, family: peer.family, adapters: adapters, groups: groups, head: head,
      to: scratch.file("a"))
    #expect(format == "peft")
    let settings = try scratch.text("a/adapter_config.json")
    let json = try JSONValue(parsing: Array(settings.utf8), name: "")
    #expect(json["task_type"]?.text == "SEQ_CLS")
    #expect(json["modules_to_save"]?.elements?.compactMap(\.text) == saved)
    let again = try peer.read(scratch.file("a"))
    #expect(again.warnings.isEmpty, "\(again.warnings)")
    #expect(again.head == nil)
    let found = try #require(try again.textHead(on: peer.checkpoint))
    #expect(
      distance(
        peer.values(again.adapters, head: found).values, peer.values(adapters, head: head).values)
        == 0)
  }

  /// What PEFT cannot hold is in our own format, which is read for that kind of network alone.
  @Test(arguments: ["llama", "bert-classifier", "qwen3-classifier"])
  func ownFormat(model: String) throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer(model)
    let (adapters, groups) = try peer.adapters("adaptformer", [("rank", "3")], at: [.mlp])
    let head = model == "llama" ? nil : peer.randomHead(classes: 2)
    let format = try AdapterExport.writeLanguage(
      network: peer.network, family: peer.family, adapters: adapters, groups: groups, head: head,
      to: scratch.file("a"))
    #expect(format == "petl")
    let again = try peer.read(scratch.file("a"))
    #expect(
      distance(
        peer.values(again.adapters, head: again.textHead).values,
        peer.values(adapters, head: head).values) == 0)
    let other = try LanguagePeer("mistral")
    expectComplaint("trained on \(peer.family.title), and this is Mistral") {
      try other.read(scratch.file("a"))
    }
    let image = try Peers().network()
    expectComplaint("trained on \(peer.family.title), and this is a network of images") {
      try LoadedAdapter.read(scratch.file("a"), for: image, registry: registry)
    }
  }

  /// Weights of the network itself that were trained are in our own format.
  @Test func weightsOfTheNetwork() throws {
    let scratch = try ScratchFolder()
    let isNorm = { (weight: BackboneWeight) in weight.name.contains("norm") }
    let peer = try LanguagePeer("llama", training: isNorm)
    for (_, parameter) in peer.network.parameters {
      parameter.update(to: parameter.value.values.map { $0 * 1.5 })
    }
    let (adapters, groups) = try peer.adapters("lora", [("rank", "1")], at: [.gate])
    let format = try AdapterExport.writeLanguage(
      network: peer.network, family: .llama, adapters: adapters, groups: groups,
      to: scratch.file("a"))
    #expect(format == "petl")
    let trained = try AdapterFile.backboneWeights(scratch.file("a"), registry: registry)
    let fresh = try LanguagePeer("llama") { trained.contains($0.name) }
    let again = try fresh.read(scratch.file("a"))
    #expect(again.backboneWeights.count == peer.network.parameters.count)
    #expect(distance(fresh.values(again.adapters).values, peer.values(adapters).values) == 0)
    let frozen = try LanguagePeer("llama")
    expectComplaint("is a weight of the backbone that was trained") {
      try frozen.read(scratch.file("a"))
    }
  }

  /// A head with a map missing or of another size is refused by the tensor.
  @Test func brokenHeads() throws {
    let scratch = try ScratchFolder()
    let peer = try LanguagePeer("roberta")
    let (adapters, groups) = try peer.adapters("lora", [("rank", "2")], at: [.query])
    try AdapterExport.writeLanguage(
      network: peer.network, family: peer.family, adapters: adapters, groups: groups,
      head: peer.randomHead(classes: 5), to: scratch.file("a"))
    let path = scratch.file("a/adapter_model.safetensors")
    let file = try SafetensorsFile(path: path)
    func write(without name: String, _ shape: [Int]? = nil) throws {
      let records = try file.entries.compactMap { entry -> TensorRecord? in
        guard entry.name.hasSuffix(name) else {
          return .float32(entry.name, shape: entry.shape, try file.floats(entry.name))
        }
        return shape.map { .float32(entry.name, shape: $0, .init(repeating: 0, count: $0[0])) }
      }
      try SafetensorsWriter.write(records, metadata: [:], to: path)
    }
    try write(without: "out_proj.bias")
    expectComplaint("`classifier.out_proj.bias` is missing, expected [5]") {
      try peer.read(scratch.file("a"))
    }
    try write(without: "classifier.dense.bias", [7])
    expectComplaint("`classifier.dense.bias` has shape [7], expected [24]") {
      try peer.read(scratch.file("a"))
    }
  }
}
