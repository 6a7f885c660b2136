extension SweepReport {
  /// The report as Markdown: tables and notes, without drawings.
  public func markdown() -> String {
    var parts = MarkdownText.header(title: title, caution: caution, facts: facts, notes: notes)
    for table in figures + [chosen, tests].compactMap(\.self) + [runs] {
      parts += MarkdownText.section(table)
    }
    if !recipe.isEmpty { parts += ["## Recipe", MarkdownText.fenced(recipe)] }
    return MarkdownText.joined(parts)
  }

  /// The tables as LaTeX, without that of the runs.
  public func latex() -> String {
    let head = [LaTeXText.preamble, LaTeXText.comment(title)]
    let cautions = caution.map { [LaTeXText.comment($0)] } ?? []
    let tables = figures + [chosen, tests].compactMap(\.self)
    return MarkdownText.joined(
      [(head + cautions).joined(separator: "\n")]
        + tables.map { table in
          LaTeXText.comment("\(table.title). \(table.caption)") + "\n"
            + LaTeXText.table(table.columns, table.rows, wordColumns: table.wordColumns)
        })
  }

  /// The paired differences and the curves as one drawing, one below the other.
  public func svg() -> String {
    var stack = DrawingStack(title: title, caution: caution)
    for plot in forestPlots { stack.add(plot.drawing(), height: plot.height + 20) }
    for swept in sweptCharts {
      for (index, line) in swept.lines.enumerated() {
        stack.addLegend(line.label, index: index, isDashed: line.isControl)
      }
      for chart in swept.whole {
        stack.add(chart.drawing(), height: ChartFrame.sizes.usual.height + 20)
      }
      for chart in swept.parts {
        stack.add(chart.drawing(), height: ChartFrame.sizes.small.height + 20)
      }
    }
    return stack.svg()
  }
}
