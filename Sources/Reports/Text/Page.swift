/// The parts that pages have in common.
enum Page {
  /// A whole page that needs no other file and no network.
  ///
  /// - Parameters:
  ///   - title: of the page.
  ///   - contents: of its main part.
  /// - Returns: HTML.
  static func html(title: String, _ contents: [Markup]) -> String {
    let head = Markup(
      "head", [:],
      [
        Markup("meta", ["charset": "utf-8"]),
        Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Markup("meta", ["name": "color-scheme", "content": "light dark"]),
        Markup("title", text: title),
      ])
    // A style sheet is not text: it is the only thing that is not escaped, and all of it is ours.
    let style = "<style>\(Style.drawing)\n\(Style.page)</style>"
    let main = Markup("main", [:], contents)
    let whole = head.text.replacing("</head>", with: "\(style)</head>")
    return "<!DOCTYPE html>\n<html lang=\"en\">\(whole)<body>\(main.text)</body></html>\n"
  }

  /// What stands at the top of a page: the name, what it was, and what the reader should know.
  static func header(
    title: String, caution: String?, facts: [(label: String, value: String)], notes: [String]
  ) -> [Markup] {
    let list = facts.map { fact in
      Markup("div", [:], [Markup("dt", text: fact.label), Markup("dd", text: fact.value)])
    }
    var parts = [Markup("h1", text: title)]
    if let caution { parts.append(Markup("p", ["class": "caution"], text: caution)) }
    parts.append(Markup("dl", [:], list))
    if !notes.isEmpty {
      parts.append(Markup("h2", text: "Notes"))
      parts.append(Markup("ul", [:], notes.map { Markup("li", text: $0) }))
    }
    return parts
  }

  /// A table under its heading.
  ///
  /// - Parameters:
  ///   - table: its cells.
  ///   - isFolded: whether it is shown only when asked for.
  /// - Returns: the heading, what the cells hold, and the table.
  static func section(_ table: ReportTable, isFolded: Bool = false) -> [Markup] {
    var parts = [Markup("h2", text: table.title)]
    if !table.caption.isEmpty {
      parts.append(Markup("p", ["class": "soft"], text: table.caption))
    }
    let cells = self.table(table)
    parts.append(
      isFolded
        ? Markup("details", [:], [Markup("summary", text: "\(table.rows.count) rows"), cells])
        : cells)
    return parts
  }

  /// A table that can be scrolled where the page is narrower.
  static func table(_ table: ReportTable) -> Markup {
    func look(_ column: Int) -> KeyValuePairs<String, String> {
      table.wordColumns.contains(column) ? ["class": "words"] : [:]
    }
    let names = table.columns.enumerated().map { column, name in
      table.wordColumns.contains(column)
        ? Markup("th", ["scope": "col", "class": "words"], text: name)
        : Markup("th", ["scope": "col"], text: name)
    }
    let rows = table.rows.enumerated().map { number, row in
      let link = table.links.isEmpty ? nil : table.links[number]
      return Markup(
        "tr", [:],
        row.enumerated().map { column, cell in
          // A number and its unit stay on one line.
          let lines = cell.replacing(" %", with: "\u{A0}%").split(separator: "\n", maxSplits: 1)
            .map(String.init)
          let small = lines.dropFirst().map { Markup("small", text: $0) }
          let text = Markup(escaping: lines.first ?? "")
          let leading = column == 0 ? link.map { Markup("a", ["href": $0], [text]) } ?? text : text
          return Markup("td", look(column), [leading] + small)
        })
    }
    return Markup(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": table.title],
      [
        Markup(
          "table", [:],
          [Markup("thead", [:], [Markup("tr", [:], names)]), Markup("tbody", [:], rows)])
      ])
  }

  /// What the lines of charts are called.
  static func legend(
    _ lines: [(name: String, index: Int, isDashed: Bool, isMarked: Bool)]
  ) -> Markup {
    let items = lines.map { line in
      let look = "line c\(line.index % Style.colorCount)" + (line.isDashed ? " dashed" : "")
      let path = Markup("path", ["class": look, "d": "M1 5L27 5"])
      let marker = line.isMarked ? [Marker(index: line.index).drawing(x: 14, y: 5)] : []
      return Markup(
        "span", [:],
        [
          Markup("svg", ["viewBox": "0 0 28 10", "aria-hidden": "true"], [path] + marker),
          Markup(escaping: line.name),
        ])
    }
    return Markup("div", ["class": "legend"], items)
  }

  /// The recipe at the end of a page; nothing where it is unknown.
  static func recipe(_ text: String, _ summary: String) -> [Markup] {
    guard !text.isEmpty else { return [] }
    return [
      Markup("h2", text: "Recipe"),
      Markup(
        "details", ["open": "open"],
        [Markup("summary", text: summary), Markup("pre", text: text)]),
    ]
  }
}
