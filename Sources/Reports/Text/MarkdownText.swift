/// The parts that reports in Markdown have in common.
public enum MarkdownText {
  /// Text that means nothing to Markdown and fits in a cell of a table.
  public static func cell(_ text: String) -> String {
    String(
      Markup.visible(text).flatMap { character -> [Character] in
        if character.isNewline || character == "\t" { return [" "] }
        return "\\|`*_<>[]".contains(character)
          ? ["\\", character] : [character]
      })
  }

  /// A table, the first column to the left and the others to the right.
  static func table(_ columns: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(cell).joined(separator: " | ") + " |"
    }
    let rule = "|---|" + String(repeating: "---:|", count: columns.count - 1)
    return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
  }

  /// A table under its heading.
  static func section(_ table: ReportTable) -> [String] {
    let rows = table.rows.map { $0.map { $0.replacing("\n", with: " · ") } }
    return [
      "## \(cell(table.title))", cell(table.caption), MarkdownText.table(table.columns, rows),
    ]
  }

  /// The name and what it was, then what the reader should know.
  static func header(
    title: String, caution: String?, facts: [(label: String, value: String)], notes: [String]
  ) -> [String] {
    var parts = ["# " + cell(title)]
    if let caution { parts.append("**\(cell(caution))**") }
    parts.append(facts.map { "- \(cell($0.label)): \(cell($0.value))" }.joined(separator: "\n"))
    if !notes.isEmpty {
      parts += ["## Notes", notes.map { "- \(cell($0))" }.joined(separator: "\n")]
    }
    return parts
  }

  /// A recipe between fences that no line of it can end.
  static func fenced(_ recipe: String) -> String {
    let runs = recipe.split(whereSeparator: { $0 != "`" }).map(\.count)
    let fence = String(repeating: "`", count: max(3, (runs.max() ?? 0) + 1))
    return "\(fence)yaml\n\(Markup.visible(recipe))\n\(fence)"
  }

  /// The whole report; parts that are empty are left out.
  static func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }
}
