import Checkpoints
import Foundation
import PETL

/// DeBERTa-v2 and v3.
extension LanguageKeys {
  func deberta() -> LanguageConfiguration {
    var found = LanguageConfiguration(
      family: family, vocabulary: size("vocab_size"), context: size("max_position_embeddings"),
      width: size("hidden_size"), depth: size("num_hidden_layers"),
      heads: size("num_attention_heads"), mlpWidth: size("intermediate_size"),
      feedforward: .plain(activation("hidden_act", usual: .gelu)),
      epsilon: Float(section.number("layer_norm_eps")?.value ?? 1e-7))
    (found.hasQueryKeyValueBias, found.hasOutputBias, found.hasMLPBias) = (true, true, true)
    if section.flag("position_biased_input")?.value ?? true {
      found.learnedPositions = found.context
    }
    found.tokenTypes = section.whole("type_vocab_size")?.value ?? 0
    checkHeads(found)
    check("embedding_size", is: found.width, "embeddings of another width than the layers'")
    check("pooler_hidden_size", is: found.width, "poolers of another width than the layers'")
    check("attention_head_size", is: found.headWidth, "heads that do not add up to the width")
    if !section.has("relative_attention") {
      reader.complain(
        "\(reader.file): there is no `relative_attention`, which is false then: a DeBERTa without relative "
          + "positions is not supported", hints: ["expected true"])
    }
    found.relativePositions = relative(context: found.context)
    return found
  }

  /// A size that other networks than ours may have of their own.
  private func check(_ key: String, is expected: Int, _ what: String) {
    guard let own = section.whole(key)?.value, own != expected else { return }
    reader.complain(
      "\(reader.file): \(section.name(key)) is \(own): \(what) are not supported",
      hints: ["expected \(expected)"])
  }

  private func relative(context: Int) -> RelativePositions {
    let kinds = kindsOfScores()
    let longest = count("max_relative_positions") ?? context
    var found = RelativePositions(
      hasKeys: kinds.contains("c2p"), hasQueries: kinds.contains("p2c"),
      sharesMaps: section.flag("share_att_key")?.value ?? false,
      isNormalized: section.text("norm_rel_ebd")?.value == "layer_norm",
      buckets: count("position_buckets"), longest: min(longest, NetworkLimits.context + 1))
    if let buckets = found.buckets, buckets < 4 || buckets / 2 >= found.longest - 1 {
      reader.complain(
        "\(reader.file): \(section.name("position_buckets")) is \(buckets) for \(found.longest) distances",
        hints: [
          "expected a whole number from 4 to \(max(4, 2 * found.longest - 3)), or −1 for a row each"
        ])
      found.buckets = nil
    }
    if found.longest > NetworkLimits.context {
      reader.complain(
        "\(reader.file): \(section.name("max_relative_positions")) is \(longest)",
        hints: ["expected at most \(NetworkLimits.context)"])
      found.longest = 1
    }
    return found
  }

  /// A whole number from 1 on; nil where the key is absent, or 0 or less says the same.
  private func count(_ key: String) -> Int? {
    guard let value = section[key] else { return nil }
    guard let whole = value.whole else {
      reader.complain(
        "\(reader.file): \(section.name(key)) is \(value.brief)", hints: ["expected a whole number"]
      )
      return nil
    }
    return whole > 0 ? whole : nil
  }

  /// The terms of the scores beside the product of query and key: a list, or a text with `|` between them.
  private func kindsOfScores() -> Set<String> {
    guard let value = section["pos_att_type"] else { return [] }
    let words =
      value.text.map { text in
        text.lowercased().split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      } ?? value.elements?.compactMap(\.text)
    let known = ["c2p", "p2c"]
    guard let words, words.allSatisfy(known.contains),
      value.elements.map({ $0.count == words.count }) ?? true
    else {
      reader.complain(
        "\(reader.file): \(section.name("pos_att_type")) is \(value.brief): other terms of the scores than c2p "
          + "and p2c are not supported", hints: ["expected c2p|p2c, or a list of them"])
      return []
    }
    return Set(words)
  }
}
