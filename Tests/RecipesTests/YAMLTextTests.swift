import PETL
import Testing

@testable import PETL
@testable import Recipes

/// A node on one line in which two scalars that mean the same look the same.
func meaning(_ node: ConfigurationNode) -> String {
  switch node.value {
  case .scalar(let text, _): node.form.map { $0 == .text } ?? true ? "'\(text)'" : text
  case .sequence(let elements): "[\(elements.map(meaning).joined(separator: ", "))]"
  case .mapping(let entries):
    "{\(entries.map { "'\($0.key)': \(meaning($0.value))" }.joined(separator: ", "))}"
  }
}

@Suite struct YAMLTextTests {
  @Test func looksLikeARecipe() throws {
    let text = """
      name: "x\\ny\\n"
      on: 'true'
      off: true
      none:
      empty: ''
      rate: 1e-3
      list:
      - type: a # b
        sites: [query, 'va''lue']
      nothing: []
      also: {}
      größe: embedded:vit-micro
      '<<': 1
      '': 2
      """
    let expected = """
      name: "x\\ny\\n"
      on: 'true'
      off: true
      none:
      empty: ''
      rate: 1e-3
      list:
      - type: a
        sites:
        - query
        - 'va''lue'
      nothing: []
      also: {}
      größe: embedded:vit-micro
      '<<': 1
      '': 2

      """
    let written = try yamlText(of: parse(text))
    #expect(written == expected)
    #expect(try outline(parse(written)) == outline(parse(text)))
  }

  /// Texts that need care, as key, as plain value where that can be, and as quoted value.
  @Test(arguments: [
    "", " ", "a", "5", "true", "~", "null", "<<", "a: b", "a:b", "a #b", "a#b", "- a", "-a", "-",
    "?",
    "? a", ":", ":a", "[a", "a]", "{", "}", "a, b", ",", "&a", "*a", "!a", "|", ">", "'", "\"",
    "it's",
    "%a", "@a", "`a", "---", "--- a", "...", "=", " a", "a ", "a\nb", "\n", "a\n", "\r\n", "\ta",
    "a\tb",
    "é", "e\u{301}", "日本", "👩‍👩‍👧", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{0}", "\u{7F}", "\\",
    "\\n",
    "1_000",
    "0x1F", "1:30", ".inf", "1e3", String(repeating: "long text ", count: 50),
  ])
  func everyTextSurvives(_ text: String) throws {
    let span = SourceSpan(source: SourceText(name: "", text: ""), line: 1, column: 1)
    func scalar(isQuoted: Bool) -> ConfigurationNode {
      ConfigurationNode(.scalar(text: text, isQuoted: isQuoted), span: span)
    }
    let quoted = scalar(isQuoted: true)
    let list = ConfigurationNode(.sequence([quoted, scalar(isQuoted: false)]), span: span)
    let node = ConfigurationNode(
      .mapping([
        .init(key: text, keySpan: span, value: quoted),
        .init(key: "other", keySpan: span, value: list),
        .init(key: "plain", keySpan: span, value: scalar(isQuoted: false)),
      ]), span: span)
    let written = yamlText(of: node)
    #expect(try meaning(parse(written)) == meaning(node), "\(written)")
  }

  @Test func recipeSurvives() throws {
    let node = try parse(quickstart)
    #expect(try outline(parse(yamlText(of: node))) == outline(node))
  }
}
