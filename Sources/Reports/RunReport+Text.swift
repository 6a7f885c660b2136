extension RunReport {
  static let stageColumns = [
    "stage", "val accuracy", "test accuracy", "mean |ρ|", "time", "regularized", "kept epoch",
  ]

  /// A row of the table for each stage.
  var stageRows: [[String]] {
    stages.map { stage in
      [
        stage.name, percentage(stage.accuracy.validation), percentage(stage.accuracy.test),
        figure(stage.redundancy, 3), figure(stage.seconds, 1) + " s",
        stage.regularizes ? "yes" : "no", "\(stage.keptEpoch) of \(stage.epochs)",
      ]
    }
  }

  /// The report as Markdown: tables and notes, without drawings.
  public func markdown() -> String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Self.cell).joined(separator: " | ") + " |"
    }
    func table(_ columns: [String], _ rows: [[String]]) -> String {
      let rule = "|---|" + String(repeating: "---:|", count: columns.count - 1)
      return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
    }
    var parts = ["# " + Self.cell(title)]
    parts.append(
      facts.map { "- \(Self.cell($0.label)): \(Self.cell($0.value))" }.joined(separator: "\n"))
    parts += ["## Stages", table(Self.stageColumns, stageRows)]
    let rows = compared().flatMap { name, stages in
      stages.map { site in
        [
          name, site.stage, figure(site.norm, 3), figure(site.stableRank, 2),
          figure(site.effectiveRank, 2), figure(site.meanCorrelation, 3),
        ]
      }
    }
    if !rows.isEmpty {
      parts += [
        "## Sites",
        table(["site", "stage", "‖ΔW‖", "stable rank", "effective rank", "mean |ρ|"], rows),
      ]
    }
    if let measuredOn { parts.append("|ρ| of the sites is over the tokens of \(measuredOn).") }
    if !notes.isEmpty {
      parts += ["## Notes", notes.map { "- \(Self.cell($0))" }.joined(separator: "\n")]
    }
    // A fence that no line of the recipe can end.
    let fence = String(repeating: "`", count: recipe.contains("```") ? 12 : 3)
    parts += ["## Recipe", "\(fence)yaml\n\(recipe)\n\(fence)"]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// The curves as one drawing, one below the other.
  public func svg() -> String {
    let charts = curves()
    let (width, height) = (392.0, 250.0)
    var parts = [
      Markup("title", text: title),
      Markup("rect", ["width": "100%", "height": "100%", "fill": "var(--paper)"]),
    ]
    for (index, stage) in stages.enumerated() {
      let (x, y) = (16.0, 18 + Double(index) * 18)
      let look = "line c\(index % Style.colorCount)" + (stage.isControl ? " dashed" : "")
      parts.append(
        Markup(
          "path",
          ["class": look, "d": "M\(coordinate(x)) \(coordinate(y))l22 0"]))
      parts.append(
        Markup(
          "text", ["x": coordinate(x + 28), "y": coordinate(y + 4)], text: stage.name))
    }
    let legend = Double(stages.count) * 18 + 20
    let total = legend + Double(charts.count) * height
    for (index, chart) in charts.enumerated() {
      parts.append(
        Markup(
          "g",
          ["transform": "translate(16 \(coordinate(legend + Double(index) * height)))"],
          [chart.drawing()]))
    }
    let drawing = Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": coordinate(width),
        "height": coordinate(total),
        "viewBox": "0 0 \(coordinate(width)) \(coordinate(total))",
      ], parts
    ).text
    // The style sheet is ours and holds none of the characters that XML forbids.
    guard let end = drawing.firstIndex(of: ">") else { return drawing }
    return drawing[...end] + "<style>\(Style.drawing)</style>"
      + drawing[drawing.index(after: end)...] + "\n"
  }

  /// Text that means nothing to Markdown and fits in a cell of a table.
  private static func cell(_ text: String) -> String {
    String(
      text.flatMap { character -> [Character] in
        if character.isNewline { return [" "] }
        return "\\|`*_<>[]".contains(character)
          ? ["\\", character] : [character]
      })
  }
}

extension RunReport.Site {
  /// The mean of |ρ| off the diagonal; nil where it was not measured.
  var meanCorrelation: Double? {
    guard correlations.count > 1 else { return nil }
    let pairs = correlations.indices.flatMap { i in
      correlations[i].indices.filter { $0 != i }.map { correlations[i][$0] }
    }
    return pairs.reduce(0, +) / Double(pairs.count)
  }
}
