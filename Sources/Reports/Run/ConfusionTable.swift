/// Which classes were taken for which, as a table whose cells are the deeper the more there are.
struct ConfusionTable {
  /// The counts and the names.
  let mistakes: RunReport.Mistakes

  /// What the table shows, in words.
  var caption: String {
    "Rows are true classes, columns answers, in examples of \(mistakes.split). Blue are right answers, orange are "
      + "mistakes: the deeper, the larger the share of the row, of mistakes on a scale of their own."
  }

  /// The table, which can be scrolled where the page is narrower.
  func drawing() -> Markup {
    let all = mistakes.classes.indices
    var counts = all.map { _ in all.map { _ in 0 } }
    for confusion in mistakes.confusions
    where all.contains(confusion.label) && all.contains(confusion.answer) {
      counts[confusion.label][confusion.answer] += confusion.count
    }
    let totals = counts.map { max(1, $0.reduce(0, +)) }
    let shares = all.map { row in counts[row].map { Double($0) / Double(totals[row]) } }
    let largest = all.flatMap { row in all.filter { $0 != row }.map { shares[row][$0] } }.max() ?? 0
    let names = all.map { column in
      Markup(
        "th", ["scope": "col", "title": mistakes.name(column)],
        [Markup("span", text: heading(column))])
    }
    let rows = all.map { row -> Markup in
      let cells = all.map { column -> Markup in
        let isRight = row == column
        let depth = isRight ? shares[row][column] : shares[row][column] / max(largest, 1e-9)
        return cell(counts[row][column], row, column, of: totals[row], depth: depth)
      }
      return Markup(
        "tr", [:],
        [Markup("th", ["scope": "row", "title": mistakes.name(row)], text: heading(row))] + cells)
    }
    let corner = Markup("td")
    // Names that are not short stand upright, so that the columns stay narrow.
    let isShort = mistakes.classes.allSatisfy { $0.count <= 3 }
    return Markup(
      "div",
      ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Confusion matrix"],
      [
        Markup(
          "table", ["class": isShort ? "confusion" : "confusion long"],
          [
            Markup("thead", [:], [Markup("tr", [:], [corner] + names)]),
            Markup("tbody", [:], rows),
          ])
      ])
  }

  /// The name of a class, of a long one its beginning.
  private func heading(_ index: Int) -> String {
    let name = mistakes.name(index)
    return name.count > Self.longest ? name.prefix(Self.longest - 1) + "…" : name
  }

  /// The most characters of a heading (our choice).
  private static let longest = 18

  private func cell(
    _ count: Int, _ row: Int, _ column: Int, of total: Int, depth: Double
  ) -> Markup {
    let words =
      row == column
      ? "\(mistakes.name(row)): \(count) of \(total) right"
      : "\(mistakes.name(row)) taken for \(mistakes.name(column)): \(count) of \(total)"
    guard count > 0 else {
      return Markup("td", ["class": "none", "title": words], text: "·")
    }
    // Ten depths are enough, and are classes of the style sheet: the page has no style of single elements.
    let step = min(9, max(0, Int((depth * 9).rounded())))
    return Markup(
      "td", ["class": (row == column ? "right" : "wrong") + " d\(step)", "title": words],
      text: "\(count)")
  }
}
