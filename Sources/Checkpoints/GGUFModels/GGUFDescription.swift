import PETL

/// A Hugging Face config.json as the keys of a GGUF file.
struct GGUFDescription {
  let architecture: GGUFArchitecture
  /// The keys of the network.
  private(set) var keyValues: [GGUFKeyValue] = []
  /// What each frequency of rotary positions is divided by, where it has a tensor of its own.
  private(set) var divisors: [Float]?
  private(set) var heads = 1
  private(set) var keyHeads = 1
  private(set) var headWidth = 1
  /// Whether the head of words is the table of embeddings.
  let isTied: Bool

  private let name: String
  private let json: JSONValue
  private var faults: [Diagnostic] = []

  private static let models: [String: GGUFArchitecture] = [
    "llama": .llama, "mistral": .llama, "qwen2": .qwen2, "qwen3": .qwen3, "gemma3_text": .gemma3,
    "gpt2": .gpt2,
  ]

  /// Reads a configuration, in the spelling of transformers 4 or 5.
  ///
  /// - Throws: `DiagnosticError` with every key that is missing, wrong, or has no counterpart.
  init(_ json: JSONValue, name: String) throws {
    let type = json["model_type"]?.text ?? ""
    guard let architecture = Self.models[type] else {
      throw DiagnosticError(
        "\(name): `model_type` is `\(type)`, of which no GGUF file is written",
        hints: ["written are \(Self.models.keys.sorted().joined(separator: ", "))"])
    }
    self.architecture = architecture
    (self.json, self.name) = (json, name)
    let isTiedUsually = architecture == .gemma3 || architecture == .gpt2
    isTied = json["tie_word_embeddings"]?.flag ?? isTiedUsually
    if architecture == .gpt2 { readGPT2() } else { readDecoder() }
    add("vocab_size", size("vocab_size"))
    try faults.throwIfAny()
  }

  private mutating func readGPT2() {
    heads = size("n_head")
    let width = size("n_embd")
    headWidth = width / max(1, heads)
    let context = size("n_positions")
    let hidden = json["n_inner"]?.whole ?? 4 * width
    require("activation_function", ["gelu_new"])
    require("scale_attn_by_inverse_layer_idx", [])
    add("context_length", context)
    add("embedding_length", width)
    add("feed_forward_length", hidden)
    add("block_count", size("n_layer"))
    add("attention.head_count", heads)
    add("attention.layer_norm_epsilon", json["layer_norm_epsilon"]?.double ?? 1e-5)
  }

  private mutating func readDecoder() {
    heads = size("num_attention_heads")
    keyHeads = json["num_key_value_heads"]?.whole ?? heads
    let width = size("hidden_size")
    let stated = json["head_dim"]?.whole
    headWidth = max(1, stated ?? width / max(1, heads))
    add("block_count", size("num_hidden_layers"))
    add("context_length", size("max_position_embeddings"))
    add("embedding_length", width)
    add("feed_forward_length", size("intermediate_size"))
    add("attention.head_count", heads)
    add("attention.head_count_kv", keyHeads)
    if let epsilon = json["rms_norm_eps"]?.double {
      add("attention.layer_norm_rms_epsilon", epsilon)
    } else {
      complain("`rms_norm_eps` is missing")
    }
    if let stated, stated != width / max(1, heads) || architecture != .llama {
      add("attention.key_length", stated)
      add("attention.value_length", stated)
    }
    add("rope.dimension_count", headWidth)
    require(
      architecture == .gemma3 ? "hidden_activation" : "hidden_act",
      architecture == .gemma3 ? ["gelu_pytorch_tanh"] : ["silu"])
    readWindow()
    readPositions()
  }

  /// Windows count where the network has them: always in Gemma 3, and if it says so in Qwen.
  private mutating func readWindow() {
    let isUsed = architecture == .llama || json["use_sliding_window"]?.flag == true
    guard let window = json["sliding_window"]?.whole, architecture == .gemma3 || isUsed else {
      return
    }
    let isQwen = architecture == .qwen2 || architecture == .qwen3
    if isQwen {
      return complain("`use_sliding_window` has no counterpart in a GGUF file of Qwen")
    }
    add("attention.sliding_window", window)
    guard architecture == .gemma3 else { return }
    let usual = (1...max(1, size("num_hidden_layers"))).prefix(4096).map { $0 % 6 != 0 }
    let kinds = json["layer_types"]?.elements?.map { $0.text == "sliding_attention" }
    let period = json["sliding_window_pattern"]?.whole ?? 6
    if (kinds ?? usual) != usual || period != 6 {
      complain("the windows of its layers are not five local ones to a global one")
    }
    let scalar = json["query_pre_attn_scalar"]?.double ?? 256
    let wanted =
      usual.count == 62
      ? Double(size("hidden_size") / max(1, heads)) : Double(headWidth)
    if scalar != wanted {
      complain("`query_pre_attn_scalar` is \(scalar), llama.cpp computes with \(wanted)")
    }
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
      if let value = json[key], !value.isNull { complain("`\(key)` has no counterpart in GGUF") }
    }
  }

  /// Rotary positions: a base, and a scaling by keys or by a tensor of divisors.
  private mutating func readPositions() {
    let parameters = json["rope_parameters"]
    let global = parameters?["full_attention"] ?? parameters
    let usual = architecture == .gemma3 ? 1e6 : 1e4
    let theta = global?["rope_theta"]?.double ?? json["rope_theta"]?.double ?? usual
    add("rope.freq_base", theta)
    if architecture == .gemma3 {
      add(
        "rope.freq_base_swa",
        parameters?["sliding_attention"]?["rope_theta"]?.double
          ?? json["rope_local_base_freq"]?.double ?? 1e4)
    }
    let scaling = json["rope_scaling"].flatMap { $0.isNull ? nil : $0 } ?? global
    let kind = (scaling?["rope_type"] ?? scaling?["type"])?.text ?? "default"
    guard kind != "default" else { return }
    guard let factor = scaling?["factor"]?.double else {
      return complain("the scaling of rotary positions has no `factor`")
    }
    switch kind {
    case "linear":
      keyValues.append(.init("\(architecture.rawValue).rope.scaling.type", .string("linear")))
      add("rope.scaling.factor", factor)
    case "llama3":
      guard let low = scaling?["low_freq_factor"]?.double,
        let high = scaling?["high_freq_factor"]?.double,
        let original = scaling?["original_max_position_embeddings"]?.whole
      else { return complain("the scaling llama3 of rotary positions is not complete") }
      let written = GGUFRotation.Llama3(
        factor: factor, low: low, high: high, original: original
      ).divisors(theta: theta, width: min(headWidth, 1 << 16))
      // The file has the divisors alone, and whoever reads it has to find what they are of.
      if written.contains(where: { $0 != 1 }),
        GGUFRotation.Llama3(divisors: written, theta: theta) == nil
      {
        complain(
          "the scaling llama3 with a context of \(original) and the factors \(low) and \(high) is none of "
            + "published models, and cannot be told from what a GGUF file has of it")
      }
      divisors = written
    default: complain("the scaling `\(kind)` of rotary positions is not written")
    }
  }

  private mutating func size(_ key: String) -> Int {
    if let size = json[key]?.whole, (1...TensorShape.longestAxis).contains(size) { return size }
    complain("`\(key)` is missing or no whole number from 1 on")
    return 1
  }

  private mutating func require(_ key: String, _ allowed: [String]) {
    guard let value = json[key], !value.isNull, value.flag != false else { return }
    if let text = value.text, allowed.contains(text) { return }
    let words = value.text.map { "`\($0)`" } ?? value.kind
    complain("`\(key)` is \(words), which has no counterpart in GGUF")
  }

  private mutating func complain(_ sentence: String) {
    let fault = Diagnostic("\(name): config.json: \(sentence)")
    if !faults.contains(where: { $0.message == fault.message }) { faults.append(fault) }
  }

  private mutating func add(_ key: String, _ whole: Int) {
    keyValues.append(.init("\(architecture.rawValue).\(key)", .uint32(UInt32(clamping: whole))))
  }

  private mutating func add(_ key: String, _ number: Double) {
    keyValues.append(.init("\(architecture.rawValue).\(key)", .float32(Float(number))))
  }
}
