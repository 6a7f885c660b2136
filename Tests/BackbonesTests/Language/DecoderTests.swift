import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against transformers in double precision (Tests/Fixtures/language.py).
@Suite("Decoders")
struct DecoderTests {
  @Test(
    "give transformers' hidden states, logits, losses and gradients",
    arguments: LanguageModel.decoders)
  func agree(_ name: String) throws {
    let model = try LanguageModel(name)
    let decoder = try model.checkpoint.decoder()
    let (adapters, leaves) = try model.adapters()
    let hidden = decoder.hidden(
      model.batch, adapters: adapters, pass: ForwardPass(over: model.batch.count))
    #expect(relativeDistance(model.masked(hidden), try model.wanted("hidden")) < 1e-4)
    let logits = decoder.logits(model.batch.pooled(hidden, by: .last))
    #expect(relativeDistance(logits, try model.wanted("logits")) < 1e-4)
    let targets = model.batch.targets()
    let count = targets.count { $0 != nil }
    let loss = decoder.loss(hidden, targets: targets, dividingBy: count)
    #expect(relativeDistance(loss.reshaped([1]), try model.wanted("loss")) < 1e-4)
    try model.check(loss.backward(), leaves)
    let length = model.batch.length
    let logarithms = decoder.logProbabilities(hidden, targets: targets).enumerated()
      .filter { $0.offset % length != length - 1 }.map { -$0.element }
    #expect(distance(logarithms, try model.wanted("losses").values) < 1e-3)
  }

  @Test("generate with a cache what they give for whole texts", arguments: LanguageModel.decoders)
  func generate(_ name: String) throws {
    let model = try LanguageModel(name)
    let decoder = try model.checkpoint.decoder()
    let adapters = try model.adapters().set
    var texts = [[3, 17, 5, 29, 11], [2, 9], [31, 4, 22]]
    let cache = KeyValueCache(texts: 3)
    var logits = decoder.next(TokenBatch(texts), cache: cache, adapters: adapters)
    func whole(_ texts: [[Int]]) -> Tensor {
      let batch = TokenBatch(texts)
      let hidden = decoder.hidden(batch, adapters: adapters, pass: ForwardPass(over: texts.count))
      return decoder.logits(batch.pooled(hidden, by: .last))
    }
    #expect(relativeDistance(logits, whole(texts)) < 1e-5)
    for step in 0..<6 {
      // Two at once in the third step, one text less from the fifth on.
      let new = texts.indices.map { text in
        (0..<(step == 2 && text != 1 ? 2 : 1)).map { (7 * step + 5 * text + $0) % 41 }
      }
      if step == 4 {
        cache.keep([2, 0])
        texts = [texts[2], texts[0]]
      }
      let own = step < 4 ? new : Array(new.prefix(2))
      texts = zip(texts, own).map { $0 + $1 }
      logits = decoder.next(TokenBatch(own), cache: cache, adapters: adapters)
      #expect(relativeDistance(logits, whole(texts)) < 1e-5, "step \(step)")
      #expect(cache.lengths == texts.map(\.count))
    }
  }

  @Test(
    "give a text the same whatever it is filled up to",
    arguments: ["llama3", "gemma3", "gpt2", "mistral"])
  func padding(_ name: String) throws {
    let model = try LanguageModel(name)
    let decoder = try model.checkpoint.decoder()
    let adapters = try model.adapters().set
    let text = [3, 17, 5, 29]
    func hidden(_ texts: [[Int]]) -> [Float] {
      decoder.hidden(TokenBatch(texts), adapters: adapters, pass: ForwardPass(over: texts.count))
        .sliced(axis: 0, 0..<1).sliced(axis: 1, 0..<4).values
    }
    let alone = hidden([text])
    #expect(distance(hidden([text, [9, 4, 30, 2, 22, 8, 1, 6, 40]]), alone) < 1e-5)
  }

  @Test("compute in bfloat16 what is near", arguments: ["llama", "llama3", "gemma3-v4", "gpt2"])
  func mixed(_ name: String) throws {
    let model = try LanguageModel(name)
    let decoder = try model.checkpoint.decoder(precision: .mixed)
    let (adapters, leaves) = try model.adapters()
    let hidden = decoder.hidden(
      model.batch, adapters: adapters, pass: ForwardPass(over: model.batch.count))
    let off = relativeDistance(model.masked(hidden), try model.wanted("hidden"))
    #expect(off > 1e-4 && off < 0.1)
    let targets = model.batch.targets()
    let loss = decoder.loss(hidden, targets: targets, dividingBy: 5)
    let gradients = loss.backward()
    #expect(leaves.values.allSatisfy { gradients[$0] != nil })
  }

  @Test("count no token that texts are filled up with")
  func statistics() throws {
    let model = try LanguageModel("llama")
    let decoder = try model.checkpoint.decoder()
    let pass = ForwardPass(over: model.batch.count)
    let adapters = try model.adapters().set
    _ = decoder.hidden(model.batch, adapters: adapters, pass: pass)
    #expect(pass.subspaces.count == adapters.entries.count)
    for (_, subspaces) in pass.subspaces {
      #expect(subspaces.coefficients.shape[0] == 15)
      #expect(subspaces.rows == TokenRows(lengths: [7, 3, 5], feature: .last))
    }
  }

  @Test("give the weights of their maps", arguments: ["llama", "qwen2", "gpt2"])
  func maps(_ name: String) throws {
    let checkpoint = try LanguageModel(name).checkpoint
    let decoder = try checkpoint.decoder()
    for site in checkpoint.sites where site.kind.isLinear {
      let map = try #require(decoder.map(at: site))
      #expect(map.weight.shape == [site.outputWidth, site.inputWidth], "\(site.name)")
      #expect(map.bias.shape == [site.outputWidth], "\(site.name)")
    }
    let store = checkpoint.store
    let site = try #require(checkpoint.sites.first { $0.kind == .key && $0.layer == 1 })
    let weight = try #require(decoder.map(at: site)).weight.values
    if name == "gpt2" {
      let fused = Tensor(try store.floats("transformer.h.1.attn.c_attn.weight"), shape: [24, 72])
      #expect(weight == fused.transposed().sliced(axis: 0, 24..<48).values)
    } else {
      #expect(weight == (try store.floats("model.layers.1.self_attn.k_proj.weight")))
    }
  }
}
