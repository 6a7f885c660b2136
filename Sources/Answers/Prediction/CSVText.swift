/// Rows as CSV (RFC 4180, with line feeds): a cell with a comma, a quote or a line end is quoted.
public func csvText(_ rows: [[String]]) -> String {
  rows.map { row in row.map(csvCell).joined(separator: ",") + "\n" }.joined()
}

private func csvCell(_ text: String) -> String {
  guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
  return "\"\(text.replacing("\"", with: "\"\""))\""
}
