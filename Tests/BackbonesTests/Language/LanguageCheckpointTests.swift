import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Tensors in memory, a file's with changes.
struct ChangedStore: WeightStore {
  let name = "changed"
  let metadata: [String: String] = [:]
  private(set) var tensors: [String: (shape: [Int], values: [Float])] = [:]

  init(_ store: any WeightStore) throws {
    for entry in store.entries where entry.type != .i64 {
      tensors[entry.name] = (entry.shape, try store.floats(entry.name))
    }
  }

  subscript(_ name: String) -> (shape: [Int], values: [Float])? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  var entries: [TensorEntry] { tensors.keys.sorted().compactMap(entry) }

  func entry(_ name: String) -> TensorEntry? {
    tensors[name].map {
      TensorEntry(name: name, type: .f32, shape: $0.shape, byteRange: 0..<4 * $0.values.count)
    }
  }

  func floats(_ name: String) throws -> [Float] { try #require(tensors[name]).values }
  func bytes(_ name: String) throws -> [UInt8] { throw DiagnosticError("no bytes") }
}

@Suite("The weights of a language model")
struct LanguageCheckpointTests {
  private func changed(
    _ name: String, _ change: (inout ChangedStore) -> Void
  ) throws -> LanguageCheckpoint {
    let checkpoint = try LanguageModel(name).checkpoint
    var store = try ChangedStore(checkpoint.store)
    change(&store)
    return try LanguageCheckpoint(store, description: checkpoint.description)
  }

  @Test("are refused with every tensor that is missing, unexpected or misshaped")
  func mismatches() throws {
    let error = #expect(throws: DiagnosticError.self) {
      try changed("llama") { store in
        store["model.layers.1.mlp.up_proj.weight"] = nil
        store["model.layers.0.self_attn.k_proj.weight"] = ([4, 24], Array(repeating: 0, count: 96))
        store["model.layers.0.self_attn.q_proj.bias"] = ([24], Array(repeating: 0, count: 24))
        store["lm_head.weight"] = nil
      }
    }
    let words = error?.description ?? ""
    for part in [
      "'model.layers.1.mlp.up_proj.weight' is missing", "expected [37, 24]",
      "'model.layers.0.self_attn.k_proj.weight' has shape [4, 24]", "expected [8, 24]",
      "'model.layers.0.self_attn.q_proj.bias' is unexpected", "'lm_head.weight' is missing",
    ] {
      #expect(words.contains(part), "\(part) in \(words)")
    }
  }

  @Test("of another kind than described are refused")
  func otherKind() throws {
    let bert = try LanguageModel("bert").checkpoint
    let llama = try LanguageModel("llama").checkpoint
    let error = #expect(throws: DiagnosticError.self) {
      try LanguageCheckpoint(bert.store, description: llama.description)
    }
    #expect(error?.description.contains("expected 'model.embed_tokens.weight'") == true)
    #expect(throws: DiagnosticError.self) { try bert.decoder() }
    #expect(throws: DiagnosticError.self) { try llama.encoder() }
    #expect(throws: DiagnosticError.self) { try llama.decoder { _ in true } }
  }

  @Test("may have the head that is the table of embeddings, and no other")
  func tiedHead() throws {
    let same = try changed("qwen2") { $0["lm_head.weight"] = $0["model.embed_tokens.weight"] }
    #expect(try same.decoder().hasHead)
    #expect(same.notes.contains { $0.sentence.contains("table of embeddings") })
    let other = try changed("qwen2") { store in
      store["lm_head.weight"] = store["model.embed_tokens.weight"].map { ($0, $1.map { -$0 }) }
    }
    let error = #expect(throws: DiagnosticError.self) { try other.decoder() }
    #expect(error?.description.contains("`tie_word_embeddings` is true") == true)
  }

  @Test("may be of the network alone, and have buffers and the norms of TensorFlow")
  func otherFiles() throws {
    let zeros = (shape: [24], values: [Float](repeating: 0, count: 24))
    let bare = try changed("gpt2") { store in
      for name in store.tensors.keys {
        let own = store[name]
        store[name] = nil
        store[String(name.dropFirst("transformer.".count))] = own
      }
      store["h.0.attn.bias"] = zeros
      store["h.1.attn.masked_bias"] = zeros
    }
    let model = try LanguageModel("gpt2")
    let pass = ForwardPass(over: model.batch.count)
    func hidden(_ checkpoint: LanguageCheckpoint) throws -> [Float] {
      try checkpoint.decoder().hidden(model.batch, adapters: .none, pass: pass).values
    }
    #expect(try hidden(bare) == hidden(model.checkpoint))
    #expect(bare.notes.count == 2)
    let old = try changed("bert") { store in
      for name in store.tensors.keys where name.contains("LayerNorm") {
        let own = store[name]
        store[name] = nil
        store[name.replacing("weight", with: "gamma").replacing("bias", with: "beta")] = own
      }
    }
    #expect(try old.encoder().sites.count == 2 * 10)
    let headless = try changed("llama") { $0["score.weight"] = nil }
    #expect(headless.predictsTokens)
  }

  @Test("say what their heads are")
  func heads() throws {
    #expect(try LanguageModel("bert-classifier").checkpoint.classes == 3)
    #expect(try LanguageModel("roberta").checkpoint.classes == 2)
    #expect(try LanguageModel("bert").checkpoint.classes == nil)
    let llama = try LanguageModel("llama").checkpoint
    #expect(llama.classes == nil)
    #expect(llama.predictsTokens)
    #expect(llama.summary == "Llama, width 24, 2 layers, 3 heads, 1 of keys and values, 41 tokens")
  }

  @Test(
    "give transformers' logits by their heads",
    arguments: ["bert-classifier", "roberta", "distilbert", "deberta", "qwen3-classifier"])
  func classLogits(_ name: String) throws {
    let model = try LanguageModel(name)
    let checkpoint = model.checkpoint
    let head = try #require(try checkpoint.classHead())
    let adapters = try model.adapters().set
    let pass = ForwardPass(over: model.batch.count)
    let hidden =
      checkpoint.configuration.family.isDecoder
      ? try checkpoint.decoder().hidden(model.batch, adapters: adapters, pass: pass)
      : try checkpoint.encoder().hidden(model.batch, adapters: adapters, pass: pass)
    let logits = head(model.batch.pooled(hidden, by: head.pooling))
    #expect(relativeDistance(logits, try model.wanted("class_logits")) < 1e-4)
  }

  @Test("without a part of their head are refused by its name")
  func partOfHead() throws {
    let lacking = try changed("roberta") { $0["classifier.dense.bias"] = nil }
    let error = #expect(throws: DiagnosticError.self) { try lacking.classHead() }
    #expect(error?.description.contains("'classifier.dense.bias' is missing") == true)
    #expect(try LanguageModel("bert").checkpoint.pooler()?.bias.shape == [24])
    #expect(try LanguageModel("llama").checkpoint.pooler() == nil)
  }
}
