extension RunReport {
  /// The columns of the table of stages; the mark is what a caution begins with.
  var stageColumns: [String] {
    let mark = caution.map { " " + $0.prefix { $0 != " " } } ?? ""
    return [
      "stage", "val \(leading.name)", "test \(leading.name)\(mark)", "mean |ρ|", "time",
      "regularized",
      "kept epoch",
    ]
  }

  /// A row of the table for each stage.
  var stageRows: [[String]] {
    stages.map { stage in
      [
        stage.name, leading.text(stage.figure.validation), leading.text(stage.figure.test),
        figure(stage.redundancy, 3), stage.seconds.map { figure($0, 1) + " s" } ?? "–",
        stage.regularizes ? "yes" : "no", "\(stage.keptEpoch) of \(stage.epochs)",
      ]
    }
  }

  private static let siteColumns = [
    "site", "stage", "‖ΔW‖", "stable rank", "effective rank", "mean |ρ|",
  ]

  /// A row of the table for each site and stage.
  private var siteRows: [[String]] {
    compared().flatMap { name, stages in
      stages.map { site in
        [
          name, site.stage, figure(site.norm, 3), figure(site.stableRank, 2),
          figure(site.effectiveRank, 2), figure(site.meanCorrelation, 3),
        ]
      }
    }
  }

  /// The tables as LaTeX.
  public func latex() -> String {
    let head = [LaTeXText.preamble, LaTeXText.comment(title)]
    let cautions = caution.map { [LaTeXText.comment($0)] } ?? []
    var parts = [
      (head + cautions).joined(separator: "\n"), LaTeXText.table(stageColumns, stageRows),
    ]
    if !siteRows.isEmpty {
      parts.append(LaTeXText.table(Self.siteColumns, siteRows, wordColumns: [1]))
    }
    return MarkdownText.joined(parts)
  }

  /// The report as Markdown: tables and notes, without drawings and images.
  public func markdown() -> String {
    var parts = MarkdownText.header(title: title, caution: caution, facts: facts, notes: notes)
    parts += ["## Stages", MarkdownText.table(stageColumns, stageRows)]
    if !siteRows.isEmpty {
      parts += ["## Sites", MarkdownText.table(Self.siteColumns, siteRows)]
    }
    if let measuredOn {
      parts.append("|ρ| of the sites is over the tokens of \(MarkdownText.cell(measuredOn)).")
    }
    for table in [mistakes?.pairs, mistakes?.worstTexts].compactMap(\.self) {
      parts += MarkdownText.section(table)
    }
    parts += ["## Recipe", MarkdownText.fenced(recipe)]
    return MarkdownText.joined(parts)
  }

  /// The curves as one drawing, one below the other.
  public func svg() -> String {
    var stack = DrawingStack(title: title, caution: caution)
    for (index, stage) in stages.enumerated() {
      stack.addLegend(stage.name, index: index, isDashed: stage.isControl)
    }
    for chart in curves() + regularizerCurves() + figureCurves() {
      stack.add(chart.drawing(), height: ChartFrame.sizes.usual.height + 20)
    }
    return stack.svg()
  }
}

extension RunReport.Site {
  /// The mean of |ρ| off the diagonal; nil where it was not measured.
  var meanCorrelation: Double? { correlations?.mean }
}
