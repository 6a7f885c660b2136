import PETL
import Recipes
import Testing

/// What a recipe chooses beside an adapter's own options: sites, values at single sites, and weights of the
/// network that are trained too.
@Suite struct AdapterChoiceTests {
  private func text(_ options: String) -> String { "\(least)\nadapter: {type: lora\(options)}\n" }

  private func adapter(_ options: String) throws -> AdapterRecipe {
    try #require(try recipe(text(options)).adapter)
  }

  private func site(_ kind: AdaptationSite.Kind, _ layer: Int) -> AdaptationSite {
    AdaptationSite(kind: kind, layer: layer, inputWidth: 4, outputWidth: 4)
  }

  /// A recipe without them says nothing of them when it is resolved.
  @Test func standsOnlyWhereItIsSet() throws {
    let plain = yamlText(of: try recipe(text("")).resolved)
    for key in ["bias", "modules_to_save", "_pattern"] { #expect(!plain.contains(key), "\(key)") }
    let set = yamlText(
      of: try recipe(
        text(
          ", bias: all, modules_to_save: [norm, blocks.1], rank_pattern: {fc1: 2}, sites: 'blocks.*'"
        )
      ).resolved)
    for line in ["bias: all", "modules_to_save", "rank_pattern", "sites: 'blocks.*'"] {
      #expect(set.contains(line), "\(line): \(set)")
    }
    let again = try #require(try recipe(set).adapter)
    #expect(again.bias == .all)
    #expect(again.modulesToSave == ["norm", "blocks.1"])
    #expect(again.sitePattern == "blocks.*")
    #expect(again.optionPatterns.map(\.key) == ["rank_pattern"])
  }

  @Test func readsBiases() throws {
    #expect(try adapter("").bias == .none)
    #expect(try adapter(", bias: lora_only").bias == .adapted)
    let wrong = mistakes(text(", bias: lora-only"))
    #expect(wrong.contains("'adapter.bias' must be one of none, lora_only, all"), "\(wrong)")
    #expect(wrong.contains("did you mean 'lora_only'?"), "\(wrong)")
    #expect(mistakes(text(", modules_to_save: norm")).contains("write [norm] for a list of one"))
  }

  @Test func aStringOfSitesIsAnExpression() throws {
    let found = try adapter(", sites: 'blocks\\.(3|4)\\.(query|value)'")
    #expect(found.sitePattern == "blocks\\.(3|4)\\.(query|value)")
    #expect(found.sites.contains(.fc2))
    // The name of a kind alone is a list of one without its brackets.
    #expect(mistakes(text(", sites: query")).contains("write [query] for a list of one"))
    let wrong = mistakes(text(", sites: 'blocks.(3'"))
    #expect(wrong.contains("'adapter.sites': the expression 'blocks.(3'"), "\(wrong)")
  }

  /// PEFT's rules: the first key whose expression a name ends in.
  @Test func groupsSitesByTheirValues() throws {
    let found = try adapter(
      ", rank: 4, rank_pattern: {'blocks\\.1\\.query': 2, query: 3, '(?<!0\\.)value': 2}, scale_pattern: {1.value: 0.5}"
    )
    let sites = (0..<3).flatMap { layer in [site(.query, layer), site(.value, layer)] }
    let groups = try found.groups(of: sites)
    let values = groups.map { group in
      group.changes.map { "\($0.key) \($0.value.stringValue ?? "")" }.joined(separator: ", ")
        + ": " + group.sites.map(\.name).joined(separator: " ")
    }
    #expect(
      values == [
        "rank 3: blocks.0.query blocks.2.query", ": blocks.0.value", "rank 2: blocks.1.query",
        "rank 2, scale 0.5: blocks.1.value", "rank 2: blocks.2.value",
      ])
    try found.checkPatterns(sites)
  }

  @Test func aPatternMustMatchSomething() throws {
    let found = try adapter(", rank_pattern: {query: 3, blocks.1.quer: 2}, scale_pattern: {key: 2}")
    let text = failure { try found.checkPatterns([site(.query, 0), site(.query, 1)]) }
    #expect(
      text.contains(
        "'adapter.rank_pattern' has no effect under 'blocks.1.quer': no adapted site takes its value from there"
      ), "\(text)")
    #expect(text.contains("nearest site: blocks.1.query"), "\(text)")
    #expect(text.contains("'adapter.scale_pattern' has no effect under 'key'"), "\(text)")
  }

  @Test func mistakesInPatterns() {
    for (options, message) in [
      (", rank_pattern: {query: 65}", "'adapter.rank' must be from 1 to 64, found the integer 65"),
      (", rank_pattern: {query: ~}", "'adapter.rank' has no value"),
      (", rank_pattern: 3", "'adapter.rank_pattern' must be a mapping of expressions to values"),
      (", rank_pattern: {'(': 3}", "'adapter.rank_pattern': the expression '('"),
      (", rang_pattern: {query: 3}", "unknown key 'rang_pattern' in 'adapter'"),
    ] {
      let found = mistakes(text(options))
      #expect(found.contains(message), "\(options): \(found)")
    }
  }
}
