import Checkpoints
import PETL

/// Rotary positions in both spellings: `rope_parameters` of transformers 5, and `rope_theta` with
/// `rope_scaling` of transformers 4.
extension LanguageKeys {
  /// The positions of each layer, by whether it has a window.
  func rotary(_ windows: [Int?]) -> [RotaryPositions?] {
    refuseBothSpellings()
    let usual = family == .gemma3 ? 1_000_000.0 : 10_000
    guard family == .gemma3 else {
      let all = positions(section["rope_parameters"], "rope_parameters", usual: usual, scales: true)
      return windows.map { _ in all }
    }
    let parts = section["rope_parameters"]
    let isNested = parts?["full_attention"] != nil || parts?["sliding_attention"] != nil
    let full = positions(
      isNested ? parts?["full_attention"] : parts,
      isNested ? "rope_parameters.full_attention" : "rope_parameters", usual: usual, scales: true)
    let local = section.number("rope_local_base_freq")?.value ?? 10_000
    let sliding = positions(
      isNested ? parts?["sliding_attention"] : nil, "rope_parameters.sliding_attention",
      usual: local,
      scales: false)
    return windows.map { $0 == nil ? full : sliding }
  }

  /// Versions of transformers read a file with both spellings differently.
  private func refuseBothSpellings() {
    guard let new = section["rope_parameters"], !new.isNull else { return }
    let isNested = new["full_attention"] != nil || new["sliding_attention"] != nil
    for key in ["rope_scaling"] + (isNested ? [] : ["rope_local_base_freq"]) {
      guard let old = section[key], !old.isNull else { continue }
      reader.complain(
        "\(reader.file): there are both `rope_parameters` and \(section.name(key)), of transformers 5 and 4",
        hints: ["keep one of them"])
    }
  }

  /// The positions of one kind of layers.
  ///
  /// - Parameters:
  ///   - parameters: of transformers 5; nil where the file has the keys of transformers 4.
  ///   - key: theirs.
  ///   - usual: θ where nothing says it.
  ///   - scales: whether the keys of transformers 4 are about these layers.
  /// - Returns: θ and what becomes of the frequencies.
  private func positions(
    _ parameters: JSONValue?, _ key: String, usual: Double, scales: Bool
  ) -> RotaryPositions {
    let top = scales ? section.number("rope_theta")?.value : nil
    if let parameters, !parameters.isNull {
      let own = reader.section(parameters, "\(key).", Self.keys)
      return RotaryPositions(
        base: own.number("rope_theta")?.value ?? top ?? usual, scaling: scaling(own))
    }
    guard scales, let old = section["rope_scaling"] else {
      return RotaryPositions(base: top ?? usual)
    }
    let own = reader.section(old, "rope_scaling.", Self.keys)
    return RotaryPositions(
      base: own.number("rope_theta")?.value ?? top ?? usual, scaling: scaling(own))
  }

  private func scaling(_ own: ConfigurationSection) -> RotaryScaling {
    func needed(_ key: String) -> Double {
      if let value = own.number(key)?.value { return value }
      reader.complain(
        "\(reader.file): there is no \(own.name(key))", hints: ["expected a positive number"])
      return 1
    }
    switch own.text("rope_type")?.value ?? own.text("type")?.value ?? "default" {
    case "linear": return .linear(factor: needed("factor"))
    case "llama3":
      let (low, high) = (needed("low_freq_factor"), needed("high_freq_factor"))
      if low >= high {
        reader.complain(
          "\(reader.file): \(own.name("low_freq_factor")) is \(low), not less than "
            + "\(own.name("high_freq_factor")), \(high)")
      }
      return .llama3(
        factor: needed("factor"), low: low, high: high,
        context: needed("original_max_position_embeddings"))
    default: return .none
    }
  }

  private static let kinds = ConfigurationRule.used(
    .choice(
      ["default", "linear", "llama3"],
      otherwise: "rotary positions that are stretched in this way are not supported"))

  private static let keys = ConfigurationTable([
    "rope_type": kinds, "type": kinds, "rope_theta": .used(.positive), "factor": .used(.positive),
    "low_freq_factor": .used(.positive), "high_freq_factor": .used(.positive),
    "original_max_position_embeddings": .used(.positive),
    "partial_rotary_factor": .only(
      [.integer(1), .number(1)], "heads of which a part alone is turned are not supported"),
  ])
}
