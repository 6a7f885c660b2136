import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// A change of a `config.json`, and what is said of it.
struct ChangedKey: Sendable, CustomStringConvertible {
  let model: String
  let key: String
  /// nil takes the key away.
  let value: JSONValue?
  let complaint: String

  init(_ model: String, _ key: String, _ value: JSONValue?, _ complaint: String) {
    (self.model, self.key, self.value, self.complaint) = (model, key, value, complaint)
  }

  var description: String { "\(model) \(key)" }

  /// The description with the change.
  func read() throws -> LanguageDescription {
    let path = fixture("language/\(model)/config.json")
    let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
    var members = (json.members ?? []).filter { $0.name != key }
    if let value { members.append(.init(key, value)) }
    return try LanguageDescription(.object(members), path: "config.json")
  }
}

@Suite("The config.json of a language model")
struct LanguageDescriptionTests {
  private static let yarn: JSONValue = .object([
    .init("rope_type", .string("yarn")), .init("factor", .number(4)),
  ])

  static let refused: [ChangedKey] = [
    .init("llama", "model_type", .string("llame"), "`model_type` is 'llame'"),
    .init("llama", "model_type", .string("gemma2"), "scores that are cut off softly"),
    .init("llama", "model_type", nil, "there is no `model_type`"),
    .init("llama", "hidden_size", nil, "there is no `hidden_size`"),
    .init("llama", "hidden_size", .null, "`hidden_size` is null"),
    .init("llama", "hidden_size", .string("24"), "`hidden_size` is '24'"),
    .init("llama", "hidden_size", .integer(1 << 40), "the width is"),
    .init("llama", "num_hidden_layers", .integer(1 << 40), "the depth is"),
    .init("llama", "vocab_size", .integer(-3), "`vocab_size` is -3"),
    .init(
      "llama", "num_key_value_heads", .integer(2), "2 heads of keys and values do not divide 3"),
    .init("llama", "head_dim", .integer(7), "a head of 7 has no pairs"),
    .init("llama", "hidden_act", .string("mish"), "`hidden_act` is 'mish'"),
    .init("llama", "rope_parameters", yarn, "`rope_parameters.rope_type` is 'yarn'"),
    .init(
      "llama", "rope_parameters", .object([.init("rope_type", .string("longrope"))]),
      "`rope_parameters.rope_type` is 'longrope'"),
    .init(
      "llama", "rope_parameters", .object([.init("rope_type", .string("llama3"))]),
      "there is no `rope_parameters.low_freq_factor`"),
    .init(
      "llama-linear-v4", "rope_scaling", .object([.init("type", .string("dynamic"))]),
      "`rope_scaling.type` is 'dynamic'"),
    .init(
      "llama-linear-v4", "rope_scaling", .object([.init("type", .string("linear"))]),
      "there is no `rope_scaling.factor`"),
    .init(
      "llama", "rope_scaling",
      .object([.init("type", .string("linear")), .init("factor", .integer(3))]),
      "there are both `rope_parameters` and `rope_scaling`"),
    .init(
      "gemma3-v4", "rope_parameters", .object([.init("rope_theta", .number(5000))]),
      "there are both"),
    .init("llama", "is_causal", .bool(false), "`is_causal` is false"),
    .init(
      "llama", "layer_types", .array([.string("sliding_attention"), .string("full_attention")]),
      "nothing says how many tokens"),
    .init("llama", "partial_rotary_factor", .number(0.5), "`partial_rotary_factor` is 0.5"),
    .init(
      "llama", "quantization_config", .object([.init("quant_method", .string("gptq"))]),
      "`quantization_config.quant_method` is 'gptq'"),
    .init("llama", "eos_token_id", .string("</s>"), "`eos_token_id` is '</s>'"),
    .init("mistral", "sliding_window", .string("all"), "`sliding_window` is 'all'"),
    .init("qwen2", "layer_types", .array([.string("full_attention")]), "`layer_types` is"),
    .init(
      "qwen2", "layer_types", .array([.string("linear_attention"), .string("full_attention")]),
      "('linear_attention')"),
    .init("qwen2", "use_sliding_window", .bool(false), "nothing says how many tokens"),
    .init("gemma3", "final_logit_softcapping", .number(30), "`final_logit_softcapping` is 30.0"),
    .init("gemma3", "attn_logit_softcapping", .number(50), "`attn_logit_softcapping` is 50.0"),
    .init(
      "gemma3", "use_bidirectional_attention", .bool(true), "`use_bidirectional_attention` is true"),
    .init(
      "gpt2", "scale_attn_by_inverse_layer_idx", .bool(true),
      "`scale_attn_by_inverse_layer_idx` is true"),
    .init("gpt2", "scale_attn_weights", .bool(false), "`scale_attn_weights` is false"),
    .init("gpt2", "n_head", .integer(5), "5 heads do not divide the width 24"),
    .init(
      "bert", "position_embedding_type", .string("relative_key"),
      "`position_embedding_type` is 'relative_key'"),
    .init("bert", "is_decoder", .bool(true), "`is_decoder` is true"),
    .init("bert", "layer_norm_eps", .integer(0), "`layer_norm_eps` is 0"),
    .init("bert", "model_type", .string("deberta"), "DeBERTa-v3 is, of type deberta-v2"),
    .init("deberta", "relative_attention", .bool(false), "`relative_attention` is false"),
    .init("deberta", "relative_attention", nil, "there is no `relative_attention`"),
    .init("deberta", "conv_kernel_size", .integer(3), "`conv_kernel_size` is 3"),
    .init("deberta", "embedding_size", .integer(12), "`embedding_size` is 12"),
    .init("deberta", "attention_head_size", .integer(4), "`attention_head_size` is 4"),
    .init("deberta", "pooler_hidden_size", .integer(48), "`pooler_hidden_size` is 48"),
    .init("deberta", "pooler_hidden_act", .string("tanh"), "`pooler_hidden_act` is 'tanh'"),
    .init("deberta", "pos_att_type", .string("p2p|c2p"), "`pos_att_type` is 'p2p|c2p'"),
    .init(
      "deberta", "pos_att_type", .array([.string("c2p"), .integer(2)]),
      "`pos_att_type` is ['c2p', 2]"),
    .init("deberta", "norm_rel_ebd", .string("batch"), "`norm_rel_ebd` is 'batch'"),
    .init("deberta", "position_buckets", .integer(2), "`position_buckets` is 2 for 20 distances"),
    .init("deberta", "position_buckets", .integer(38), "expected a whole number from 4 to 37"),
    .init("deberta", "position_buckets", .integer(.max), "`position_buckets` is"),
    .init("deberta", "position_buckets", .string("six"), "`position_buckets` is 'six'"),
    .init(
      "deberta", "max_relative_positions", .integer(1 << 60), "`max_relative_positions` is"),
    .init("deberta", "share_att_key", .integer(1), "`share_att_key` is 1"),
  ]

  @Test("is refused by the key that cannot be", arguments: refused)
  func refuses(_ change: ChangedKey) {
    let error = #expect(throws: DiagnosticError.self) { try change.read() }
    #expect(error?.description.contains(change.complaint) == true, "\(error?.description ?? "")")
  }

  @Test("is noted where it has a key that nobody knows")
  func unknownKey() throws {
    let read = try ChangedKey("llama", "mystery", .integer(3), "").read()
    #expect(read.notes.map(\.statement).contains { $0.contains("`mystery` is not a key") })
    #expect(try ChangedKey("llama", "use_cache", .bool(false), "").read().notes.isEmpty)
  }

  @Test("names sets of tokens", arguments: LanguageModel.decoders)
  func tokens(_ name: String) throws {
    let read = try LanguageDescription(path: fixture("language/\(name)/config.json"))
    #expect(read.configuration.startToken == 1)
    #expect(read.configuration.endTokens == [2])
    let list = ChangedKey(name, "eos_token_id", .array([.integer(1), .integer(106)]), "")
    #expect(try list.read().configuration.endTokens == [1, 106])
    let none = ChangedKey(name, "eos_token_id", .null, "")
    #expect(try none.read().configuration.endTokens == [])
  }

  @Test("says the same in both spellings")
  func spellings() throws {
    let (new, old) = (
      try LanguageDescription(path: fixture("language/gemma3/config.json")).configuration,
      try LanguageDescription(path: fixture("language/gemma3-v4/config.json")).configuration
    )
    #expect(new == old)
    #expect(new.windows == [3, nil])
    #expect(new.rotary.map { $0?.base } == [10_000, 1_000_000])
    let theta = ChangedKey("llama-linear-v4", "rope_theta", .number(777), "")
    #expect(try theta.read().configuration.rotary[0]?.base == 777)
    let tall = try LanguageDescription(path: fixture("language/llama3/config.json")).configuration
    #expect(
      tall.rotary[1]
        == RotaryPositions(
          base: 500, scaling: .llama3(factor: 8, low: 1, high: 4, context: 16)))
  }
}
