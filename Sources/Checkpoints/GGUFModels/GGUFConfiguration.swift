import PETL

/// The configuration of the network in a GGUF file, as Hugging Face's config.json has it.
struct GGUFConfiguration {
  /// The keys of config.json.
  let members: [JSONValue.Member]
  /// The sizes that the tensors must have.
  let dimensions: GGUFDimensions
  /// What the user should know.
  let notes: [Note]

  /// Reads the key-values.
  ///
  /// - Throws: `DiagnosticError` with every key that is missing, wrong, or asks for something that is not
  ///   computed here.
  init(_ file: GGUFFile, _ architecture: GGUFArchitecture) throws {
    var keys = GGUFKeyReader(file, architecture)
    let sizes = GGUFDimensions(&keys, architecture)
    var members: [JSONValue.Member] =
      switch architecture {
      case .llama, .qwen2, .qwen3: Self.decoder(&keys, architecture, sizes)
      case .gemma3: Self.gemma(&keys, sizes)
      case .gpt2: Self.gpt2(&keys, sizes)
      }
    members += Self.tokens(file)
    members.append(.init("tie_word_embeddings", .bool(file.tensor("output.weight") == nil)))
    members.append(.init("vocab_size", .integer(sizes.vocabulary)))
    members.append(.init("torch_dtype", .string("float32")))
    Self.refuse(&keys)
    try keys.faults.throwIfAny()
    self.members = members
    dimensions = sizes
    notes = keys.unread.map {
      Note("the key `\($0)` is not known and has no effect", at: file.name)
    }
  }

  /// Refuses what no network here computes.
  private static func refuse(_ keys: inout GGUFKeyReader) {
    keys.refuse([
      "expert_count", "expert_used_count", "attention.clamp_kqv", "attention.max_alibi_bias",
      "attn_logit_softcapping", "final_logit_softcapping", "use_parallel_residual",
      "nextn_predict_layers", "pooling_type", "attention.sliding_window_pattern",
    ])
    keys.refuse(
      ["logit_scale", "embedding_scale", "residual_scale", "rope.scaling.attn_factor"],
      neutral: [0, 1])
    // The scale of scores that every network here has, stated.
    keys.refuse(["attention.scale"])
    if let causal = keys.value("attention.causal"), causal.flag != true {
      keys.complain("attention.causal", causal, "true")
    }
    // Words about how the file was made.
    for key in ["tensor_data_layout", "rope.scaling.finetuned"] { _ = keys.value(key) }
    if let count = keys.file.value("split.count")?.whole, count > 1 {
      keys.complain(
        "this is one of \(count) parts of a network, a whole file is read",
        hints: ["llama-gguf-split --merge of llama.cpp makes one file of them"])
    }
  }

  private static func decoder(
    _ keys: inout GGUFKeyReader, _ architecture: GGUFArchitecture, _ sizes: GGUFDimensions
  ) -> [JSONValue.Member] {
    let theta = keys.number("rope.freq_base") ?? 10000
    let window = keys.optionalSize("attention.sliding_window")
    var members = common(&keys, sizes)
    members += [
      .init("hidden_act", .string("silu")), .init("rope_theta", .number(theta)),
      .init("rope_scaling", scaling(&keys, theta: theta, sizes)),
    ]
    let hasBias = keys.file.tensor("blk.0.attn_q.bias") != nil
    switch architecture {
    case .llama where window != nil:
      members += [
        .init("architectures", .array([.string("MistralForCausalLM")])),
        .init("model_type", .string("mistral")),
        .init("sliding_window", window.map(JSONValue.integer) ?? .null),
      ]
    case .llama:
      members += [
        .init("architectures", .array([.string("LlamaForCausalLM")])),
        .init("model_type", .string("llama")), .init("attention_bias", .bool(hasBias)),
        .init("mlp_bias", .bool(keys.file.tensor("blk.0.ffn_up.bias") != nil)),
      ]
    case .qwen2:
      members += [
        .init("architectures", .array([.string("Qwen2ForCausalLM")])),
        .init("model_type", .string("qwen2")), .init("use_sliding_window", .bool(false)),
      ]
    default:
      members += [
        .init("architectures", .array([.string("Qwen3ForCausalLM")])),
        .init("model_type", .string("qwen3")), .init("attention_bias", .bool(hasBias)),
        .init("use_sliding_window", .bool(false)),
      ]
    }
    if window != nil, architecture != .llama {
      keys.complain(
        "`\(keys.prefix)attention.sliding_window` has no meaning that is known in a file of Qwen")
    }
    return members
  }

  /// What Llama, Qwen and Gemma have in common.
  private static func common(
    _ keys: inout GGUFKeyReader, _ sizes: GGUFDimensions
  ) -> [JSONValue.Member] {
    let epsilon = keys.number("attention.layer_norm_rms_epsilon")
    if epsilon == nil {
      keys.complain("there is no key `\(keys.prefix)attention.layer_norm_rms_epsilon`")
    }
    return [
      .init("hidden_size", .integer(sizes.width)), .init("head_dim", .integer(sizes.headWidth)),
      .init("intermediate_size", .integer(sizes.hidden)),
      .init("num_hidden_layers", .integer(sizes.layers)),
      .init("num_attention_heads", .integer(sizes.heads)),
      .init("num_key_value_heads", .integer(sizes.keyHeads)),
      .init("max_position_embeddings", .integer(sizes.context)),
      .init("rms_norm_eps", .number(epsilon ?? 1)),
    ]
  }

  /// Five local layers to a global one, unless the file says otherwise.
  ///
  /// Scores are divided by the root of a head's width but in the network of 62 layers, as llama.cpp has it.
  private static func gemma(
    _ keys: inout GGUFKeyReader, _ sizes: GGUFDimensions
  ) -> [JSONValue.Member] {
    let theta = keys.number("rope.freq_base") ?? 1_000_000
    let window = keys.size("attention.sliding_window")
    let pattern = keys.value("attention.sliding_window_pattern")
    let period = pattern?.whole ?? 6
    let flags = pattern?.array.flatMap { if case .bool(let flags) = $0 { flags } else { nil } }
    if let pattern, period < 1 || (pattern.array != nil && flags?.count != sizes.layers) {
      keys.complain("attention.sliding_window_pattern", pattern, "a number, or a flag a layer")
    }
    // A count that the tensors do not bear out was refused already.
    let kinds = (0..<min(sizes.layers, keys.file.tensors.count)).map { layer in
      let isLocal =
        flags.flatMap { $0.count > layer ? $0[layer] : nil }
        ?? ((layer + 1) % max(1, period) != 0)
      return JSONValue.string(isLocal ? "sliding_attention" : "full_attention")
    }
    let scalar = sizes.layers == 62 ? sizes.width / sizes.heads : sizes.headWidth
    return common(&keys, sizes) + [
      .init("architectures", .array([.string("Gemma3ForCausalLM")])),
      .init("model_type", .string("gemma3_text")),
      .init("hidden_activation", .string("gelu_pytorch_tanh")),
      .init("rope_theta", .number(theta)),
      .init("rope_local_base_freq", .number(keys.number("rope.freq_base_swa") ?? 10000)),
      .init("rope_scaling", scaling(&keys, theta: theta, sizes)),
      .init("sliding_window", .integer(window)), .init("layer_types", .array(kinds)),
      .init("query_pre_attn_scalar", .integer(scalar)), .init("attention_bias", .bool(false)),
    ]
  }

  private static func gpt2(
    _ keys: inout GGUFKeyReader, _ sizes: GGUFDimensions
  ) -> [JSONValue.Member] {
    [
      .init("architectures", .array([.string("GPT2LMHeadModel")])),
      .init("model_type", .string("gpt2")), .init("n_embd", .integer(sizes.width)),
      .init("n_layer", .integer(sizes.layers)), .init("n_head", .integer(sizes.heads)),
      .init("n_inner", .integer(sizes.hidden)), .init("n_positions", .integer(sizes.context)),
      .init("activation_function", .string("gelu_new")),
      .init("layer_norm_epsilon", .number(keys.number("attention.layer_norm_epsilon") ?? 1e-5)),
    ]
  }

  /// The scaling of rotary positions, from keys or from the tensor of divisors that Llama 3.1 has.
  private static func scaling(
    _ keys: inout GGUFKeyReader, theta: Double, _ sizes: GGUFDimensions
  ) -> JSONValue {
    let type = keys.value("rope.scaling.type")?.text
    let factor = keys.number("rope.scaling.factor") ?? keys.number("rope.scale_linear")
    let original = keys.optionalSize("rope.scaling.original_context_length")
    if let tensor = keys.file.tensor("rope_freqs.weight") {
      guard let divisors = try? keys.file.floats(tensor.name),
        divisors.count == sizes.headWidth / 2,
        type == nil || type == "none",
        divisors.contains(where: { $0 != 1 })
      else {
        if let divisors = try? keys.file.floats(tensor.name), divisors.allSatisfy({ $0 == 1 }) {
          return .null
        }
        keys.complain("tensor `rope_freqs.weight` has not \(sizes.headWidth / 2) numbers alone")
        return .null
      }
      guard let found = GGUFRotation.Llama3(divisors: divisors, theta: theta) else {
        keys.complain(
          "tensor `rope_freqs.weight` scales positions in a way that is not Llama 3's",
          hints: ["original contexts of 2048 to 32768 were tried, with factors 1 and 4"])
        return .null
      }
      return .object([
        .init("rope_type", .string("llama3")), .init("factor", .number(found.factor)),
        .init("low_freq_factor", .number(found.low)),
        .init("high_freq_factor", .number(found.high)),
        .init("original_max_position_embeddings", .integer(found.original)),
      ])
    }
    switch type {
    case nil, "none": return .null
    case "linear", "yarn":
      guard let factor else {
        keys.complain("there is no key `\(keys.prefix)rope.scaling.factor`")
        return .null
      }
      let words = type ?? ""
      return .object(
        [.init("rope_type", .string(words)), .init("factor", .number(factor))]
          + (original.map { [.init("original_max_position_embeddings", .integer($0))] } ?? []))
    case let other?:
      keys.complain("`\(keys.prefix)rope.scaling.type` is `\(other)`, expected linear or yarn")
      return .null
    }
  }

  /// The numbers of special tokens; where a turn ends with a token of its own, both end a text.
  private static func tokens(_ file: GGUFFile) -> [JSONValue.Member] {
    func id(_ key: String) -> Int? { file.value("tokenizer.ggml.\(key)_token_id")?.whole }
    var ends: [Int] = []
    for end in [id("eos"), id("eot")].compactMap({ $0 }) where !ends.contains(end) {
      ends.append(end)
    }
    let end: JSONValue =
      switch ends.count {
      case 0: .null
      case 1: .integer(ends[0])
      default: .array(ends.map(JSONValue.integer))
      }
    return [
      .init("bos_token_id", id("bos").map(JSONValue.integer) ?? .null),
      .init("eos_token_id", end),
      .init("pad_token_id", id("padding").map(JSONValue.integer) ?? .null),
    ]
  }
}
