/// Tables as LaTeX's `tabular` with the rules of the package booktabs, to be put into a paper.
public enum LaTeXText {
  /// What a file of such tables begins with.
  static let preamble =
    "% For \\usepackage{booktabs}; text in UTF-8, the encoding of LaTeX since 2018."

  /// A table, the first column to the left and the others to the right.
  ///
  /// - Parameters:
  ///   - columns: the names of the columns.
  ///   - rows: the cells by row, as many as there are columns; a line end parts a figure from what is written behind it
  ///     in brackets.
  ///   - wordColumns: the columns of words besides the first, which are written from the left.
  /// - Returns: from `\begin{tabular}` to `\end{tabular}`.
  public static func table(
    _ columns: [String], _ rows: [[String]], wordColumns: Set<Int> = []
  ) -> String {
    let alignment = columns.indices.map { $0 == 0 || wordColumns.contains($0) ? "l" : "r" }.joined()
    func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: " & ") + " \\\\" }
    return
      (["\\begin{tabular}{\(alignment)}", "\\toprule", line(columns), "\\midrule"] + rows.map(line)
      + ["\\bottomrule", "\\end{tabular}"]).joined(separator: "\n")
  }

  /// Lines that LaTeX does not read.
  ///
  /// - Parameter text: any.
  /// - Returns: each line behind a per cent sign.
  public static func comment(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { "% " + Markup.visible(String($0)) }.joined(separator: "\n")
  }

  /// Text that means nothing to LaTeX; signs that its usual fonts lack are written as mathematics.
  static func cell(_ text: String) -> String {
    let parts = text.split(separator: "\n", maxSplits: 1)
    let whole =
      parts.count == 2 ? "\(parts[0]) (\(parts[1].replacing("\n", with: ", ")))" : text
    return String(
      Markup.visible(whole).flatMap { character -> String in
        character.isNewline || character == "\t" ? " " : signs[character] ?? String(character)
      })
  }

  private static let signs: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "±": "$\\pm$", "|": "$|$", "ρ": "$\\rho$", "λ": "$\\lambda$", "Δ": "$\\Delta$", "‖": "$\\|$",
    "√": "$\\surd$", "≤": "$\\le$", "≥": "$\\ge$", "×": "$\\times$", "−": "$-$", "–": "--",
    "…": "\\ldots{}", "†": "\\dag{}", "<": "$<$", ">": "$>$", "\"": "\\textquotedbl{}",
  ]
}
