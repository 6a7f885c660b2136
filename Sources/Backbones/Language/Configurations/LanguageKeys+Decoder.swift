import Checkpoints
import PETL

/// Llama and its kin.
extension LanguageKeys {
  func decoder() -> LanguageConfiguration {
    let isGemma = family == .gemma3
    let usualHead: Int? = isGemma ? 256 : family == .qwen3 ? 128 : nil
    let function = activation(
      isGemma ? "hidden_activation" : "hidden_act", "hidden_act", usual: isGemma ? .geluTanh : .silu
    )
    var found = LanguageConfiguration(
      family: family, vocabulary: size("vocab_size"), context: size("max_position_embeddings"),
      width: size("hidden_size"), depth: size("num_hidden_layers"),
      heads: size("num_attention_heads"),
      keyValueHeads: section.whole("num_key_value_heads")?.value,
      headWidth: section.whole("head_dim")?.value ?? usualHead, mlpWidth: size("intermediate_size"),
      // Gemma's files of old say gelu where the approximation by tanh is meant.
      feedforward: .gated(isGemma && function == .gelu ? .geluTanh : function),
      epsilon: Float(section.number("rms_norm_eps")?.value ?? 1e-6))
    if section.whole("head_dim") == nil, usualHead == nil { checkHeads(found) }
    let isBiased = section.flag("attention_bias")?.value ?? false
    found.hasQueryKeyValueBias = isBiased || family == .qwen2
    found.hasOutputBias = isBiased
    found.hasMLPBias = section.flag("mlp_bias")?.value ?? false
    found.normalizesQueryAndKey = isGemma || family == .qwen3
    if isGemma {
      found.embeddingScale = Float(found.width).squareRoot()
      let scalar = section.number("query_pre_attn_scalar")?.value ?? 256
      found.attentionScale = Float(1 / scalar.squareRoot())
    }
    found.windows = windows(depth: found.windows.count)
    found.rotary = rotary(found.windows)
    return found
  }

  /// How many tokens each layer's queries see.
  private func windows(depth: Int) -> [Int?] {
    let none = [Int?](repeating: nil, count: depth)
    if family == .llama {
      return section["layer_types"].map { windows($0, depth: depth, window: nil) } ?? none
    }
    var window = section["sliding_window"].flatMap { value in
      if let whole = value.whole, whole > 0 { return whole }
      reader.complain(
        "\(reader.file): \(section.name("sliding_window")) is \(value.brief)",
        hints: ["expected a whole number from 1 on, or null"])
      return nil
    }
    if family == .mistral {
      return section["layer_types"].map { windows($0, depth: depth, window: window) }
        ?? none.map { _ in window }
    }
    if family == .gemma3 { window = window ?? 4096 }
    let uses = section.flag("use_sliding_window")?.value ?? (family == .gemma3)
    if let types = section["layer_types"] {
      return windows(types, depth: depth, window: uses ? window : nil)
    }
    guard uses, let window else { return none }
    if family == .gemma3 {
      let pattern =
        section.whole("sliding_window_pattern") ?? section.whole("_sliding_window_pattern")
      return (0..<depth).map { ($0 + 1) % (pattern?.value ?? 6) == 0 ? nil : window }
    }
    let first = section.whole("max_window_layers")?.value ?? 28
    return (0..<depth).map { $0 >= first ? window : nil }
  }

  private func windows(_ types: JSONValue, depth: Int, window: Int?) -> [Int?] {
    let words = types.elements?.compactMap(\.text) ?? []
    let known = ["full_attention", "sliding_attention"]
    if words.count != depth || words.contains(where: { !known.contains($0) }) {
      let other = words.first { !known.contains($0) }.map { " ('\($0)')" } ?? ""
      reader.complain(
        "\(reader.file): \(section.name("layer_types")) is \(types.brief)\(other)",
        hints: ["expected \(known.joined(separator: " or ")) for each of \(depth) layers"])
    }
    let isSliding = words.map { $0 == known[1] }
    if window == nil, isSliding.contains(true) {
      reader.complain(
        "\(reader.file): \(section.name("layer_types")) has sliding_attention, and nothing says how "
          + "many tokens such a layer sees", hints: ["expected `sliding_window`"])
    }
    return (0..<depth).map { $0 < isSliding.count && isSliding[$0] ? window : nil }
  }
}
