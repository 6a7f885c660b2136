import PETL
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Weights written as GGUF")
struct GGUFConversionTests {
  /// What was read from a GGUF file under Hugging Face's names is written as that file had it.
  @Test("are those of llama.cpp's converter", arguments: GGUFWeightsTests.names)
  func tensors(name: String) throws {
    let weights = try GGUFWeightsTests.open(name)
    let conversion = try GGUFConversion(
      weights, configuration: weights.configuration, type: .f32)
    #expect(conversion.architecture == weights.architecture)
    let bytes = try GGUFWriter(conversion.keyValues, tensors: conversion.records).data()
    let written = try GGUFFile(bytes: bytes, name: "w.gguf")
    #expect(Set(written.tensors.map(\.name)) == Set(weights.file.tensors.map(\.name)))
    for tensor in written.tensors {
      let (new, old) = (try written.floats(tensor.name), try weights.file.floats(tensor.name))
      if tensor.name == "rope_freqs.weight" {
        #expect(zip(new, old).allSatisfy { abs($0 - $1) <= 1e-5 * $1 })
      } else {
        #expect(new == old, "\(tensor.name)")
      }
    }
    let again = try GGUFWeights(written)
    var wanted = weights.configuration
    // The numbers of tokens come with the tokenizer.
    if case .object(let members) = wanted {
      wanted = .object(
        members.map {
          $0.name.hasSuffix("_token_id") ? .init($0.name, .null) : $0
        })
    }
    #expect(again.configuration == wanted)
    #expect(again.notes.isEmpty)
  }

  @Test("as Q8_0 and F16 keep norms in single precision")
  func types() throws {
    let weights = try GGUFWeightsTests.open("qwen3")
    for type in [GGUFTensorType.q80, .f16, .bf16] {
      let conversion = try GGUFConversion(
        weights, configuration: weights.configuration, type: type)
      for record in conversion.records {
        #expect(record.type == (record.shape.count == 2 ? type : .f32), "\(record.name)")
      }
      let bytes = try GGUFWriter(conversion.keyValues, tensors: conversion.records).data()
      let again = try GGUFWeights(GGUFFile(bytes: bytes, name: "w.gguf"))
      for entry in weights.entries {
        let (new, old) = (try again.floats(entry.name), try weights.floats(entry.name))
        // Halves up to 15 are exact in F16 and BF16; Q8_0 has steps of 15 / 127.
        let worst = zip(new, old).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= (type == .q80 ? 7.5 / 127 + 1e-2 : 0), "\(entry.name)")
      }
    }
    #expect(
      complaint {
        try GGUFConversion(weights, configuration: weights.configuration, type: .q4K)
      }.contains("weights are not written as Q4_K"))
  }

  @Test("have the tables first and the head last")
  func order() throws {
    let weights = try GGUFWeightsTests.open("llama3")
    let conversion = try GGUFConversion(
      weights, configuration: weights.configuration, type: .f16,
      tokenizer: [
        .init("general.name", .string("tiny")), .init("tokenizer.ggml.model", .string("gpt2")),
      ])
    let names = conversion.records.map(\.name)
    #expect(
      names.prefix(3) == ["rope_freqs.weight", "token_embd.weight", "blk.0.attn_norm.weight"])
    #expect(names.suffix(2) == ["output_norm.weight", "output.weight"])
    let keys = conversion.keyValues.map(\.key)
    #expect(keys.prefix(3) == ["general.architecture", "general.name", "llama.block_count"])
    #expect(keys.suffix(2) == ["tokenizer.ggml.model", "general.quantization_version"])
  }

  /// Configurations that ask for what GGUF cannot say.
  @Test(
    "of configurations that GGUF cannot say are refused by key",
    arguments: [
      ("llama", "model_type", JSONValue.string("mamba"), "`model_type` is `mamba`"),
      ("llama", "hidden_act", .string("gelu"), "`hidden_act` is `gelu`"),
      ("llama", "hidden_size", .string("wide"), "`hidden_size` is missing or no whole number"),
      ("llama", "num_attention_heads", .integer(3), "expected 24 rows: heads of 8"),
      (
        "llama", "rope_scaling",
        .object([.init("type", .string("dynamic")), .init("factor", .integer(2))]),
        "the scaling `dynamic`"
      ),
      ("llama", "rope_scaling", .object([.init("type", .string("linear"))]), "has no `factor`"),
      (
        "llama", "rope_scaling",
        .object([
          .init("rope_type", .string("llama3")), .init("factor", .integer(8)),
          .init("low_freq_factor", .integer(2)), .init("high_freq_factor", .integer(4)),
          .init("original_max_position_embeddings", .integer(8)),
        ]), "is none of published models"
      ),
      ("gemma3", "query_pre_attn_scalar", .integer(99), "llama.cpp computes with 16"),
      ("gemma3", "layer_types", .array([.string("full_attention")]), "five local ones"),
      ("gemma3", "final_logit_softcapping", .number(30), "`final_logit_softcapping`"),
      ("gpt2", "activation_function", .string("relu"), "`activation_function` is `relu`"),
      ("gpt2", "scale_attn_by_inverse_layer_idx", .bool(true), "has no counterpart"),
    ])
  func refused(name: String, key: String, value: JSONValue, words: String) throws {
    let weights = try GGUFWeightsTests.open(name)
    let members = (weights.configuration.members ?? []).filter { $0.name != key }
    let text = complaint {
      try GGUFConversion(
        weights, configuration: .object(members + [.init(key, value)]), type: .f16)
    }
    #expect(text.contains(words), "\(text)")
  }

  @Test("read the spelling of transformers 5")
  func spelling() throws {
    let weights = try GGUFWeightsTests.open("llama")
    let old = weights.configuration.members ?? []
    let parameters = JSONValue.object([
      .init("rope_theta", .number(500000)), .init("rope_type", .string("default")),
    ])
    let new = old.filter { !$0.name.hasPrefix("rope_") } + [.init("rope_parameters", parameters)]
    let (a, b) = (
      try GGUFConversion(weights, configuration: .object(old), type: .f16),
      try GGUFConversion(weights, configuration: .object(new), type: .f16)
    )
    #expect(a.keyValues == b.keyValues)
  }

  @Test("whose tensors have no name in GGUF are refused, buffers left out")
  func unknown() throws {
    let weights = try GGUFWeightsTests.open("llama")
    func store(_ names: String...) throws -> SafetensorsFile {
      let records = names.map { TensorRecord.float32($0, shape: [2], [1, 2]) }
      return try SafetensorsFile(
        bytes: SafetensorsWriter.data(records, metadata: [:]), name: "w.safetensors")
    }
    let text = complaint {
      try GGUFConversion(
        store("model.layers.0.mlp.experts.weight", "model.layers.00.mlp.up_proj.weight"),
        configuration: weights.configuration, type: .f16)
    }
    #expect(text.contains("`model.layers.0.mlp.experts.weight` has no name in a GGUF file"))
    #expect(text.contains("`model.layers.00.mlp.up_proj.weight` has no name"))
    let conversion = try GGUFConversion(
      store("lm_head.weight", "model.layers.0.self_attn.rotary_emb.inv_freq", "model.norm.weight"),
      configuration: weights.configuration, type: .f16)
    #expect(conversion.records.map(\.name) == ["output_norm.weight"])
    #expect(conversion.notes.count == 1)
  }
}
