extension RunReport {
  /// The report as one page that needs no other file and no network.
  public func html() -> String {
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
    let main = Markup("main", [:], header + curveSection + siteSection + mapSection + ending)
    let whole = head.text.replacing("</head>", with: "\(style)</head>")
    return "<!DOCTYPE html>\n<html lang=\"en\">\(whole)<body>\(main.text)</body></html>\n"
  }

  private var header: [Markup] {
    let list = facts.map { fact in
      Markup("div", [:], [Markup("dt", text: fact.label), Markup("dd", text: fact.value)])
    }
    let rows = stageRows.map { row in Markup("tr", [:], row.map { Markup("td", text: $0) }) }
    let names = Markup(
      "tr", [:], Self.stageColumns.map { Markup("th", ["scope": "col"], text: $0) })
    let table = Markup(
      "table", [:], [Markup("thead", [:], [names]), Markup("tbody", [:], rows)])
    var parts = [
      Markup("h1", text: title),
      Markup("dl", [:], list), Markup("h2", text: "Stages"),
      Markup("div", ["class": "scroll"], [table]),
    ]
    if !notes.isEmpty {
      parts.append(Markup("h2", text: "Notes"))
      parts.append(Markup("ul", [:], notes.map { Markup("li", text: $0) }))
    }
    return parts
  }

  private var legend: Markup {
    let items = stages.enumerated().map { index, stage in
      let look = "line c\(index % Style.colorCount)" + (stage.isControl ? " dashed" : "")
      let kind = stage.isControl ? "control" : stage.regularizes ? "regularized" : nil
      return Markup(
        "span", [:],
        [
          Markup(
            "svg", ["viewBox": "0 0 28 10", "aria-hidden": "true"],
            [Markup("path", ["class": look, "d": "M1 5L27 5"])]),
          Markup(escaping: stage.name + (kind.map { $0 == "control" ? "" : " (\($0))" } ?? "")),
        ])
    }
    return Markup("div", ["class": "legend"], items)
  }

  private var curveSection: [Markup] {
    let charts = curves()
    guard !charts.isEmpty else { return [] }
    return [
      Markup("h2", text: "Curves"), legend,
      Markup("div", ["class": "curves"], charts.map { Markup("div", [:], [$0.drawing()]) }),
    ]
  }

  private var siteSection: [Markup] {
    let charts = siteCurves()
    guard !charts.isEmpty else { return [] }
    return [
      Markup("h2", text: "Redundancy of each site"),
      Markup(
        "p", ["class": "soft"],
        text: "The mean |ρ| over pairs of subspaces by epoch; all on one scale."), legend,
      Markup("div", ["class": "sites"], charts.map { Markup("div", [:], [$0.drawing()]) }),
    ]
  }

  private var mapSection: [Markup] {
    let sites = compared().filter { $0.stages.contains { $0.isDrawn } }
    guard !sites.isEmpty else { return [] }
    var sentences =
      measuredOn.map {
        [
          "The maps are |ρ| of each pair of subspaces' coefficients, over the tokens of \($0), after each "
            + "stage."
        ]
      } ?? []
    if sites.contains(where: { $0.stages.contains { !$0.spectrum.isEmpty } }) {
      sentences.append("The bars are the singular values of ΔW, on one scale for each site.")
    }
    let text = sentences.joined(separator: " ")
    var parts = [
      Markup("h2", text: "Subspaces before and after"), Markup("p", ["class": "soft"], text: text),
    ]
    if measuredOn != nil {
      parts.append(
        Markup(
          "div", ["class": "key"],
          [
            Markup(escaping: "0"), Markup("i"),
            Markup(escaping: "1 = the same up to a factor; the diagonal is grey"),
          ]))
    }
    parts.append(Markup("div", ["class": "maps"], sites.map { card($0.name, $0.stages) }))
    return parts
  }

  private func card(_ name: String, _ stages: [Site]) -> Markup {
    let largest = stages.flatMap(\.spectrum).filter(\.isFinite).max() ?? 0
    let figures = stages.map { site in
      var parts: [Markup] = []
      if !site.correlations.isEmpty {
        parts.append(
          HeatMap(title: "|ρ| of \(name) after \(site.stage)", rows: site.correlations).drawing())
      }
      if !site.spectrum.isEmpty {
        parts.append(
          Spectrum(
            title: "Singular values of \(name) after \(site.stage)", values: site.spectrum,
            largest: largest, color: color(of: site.stage)
          ).drawing())
      }
      let ranks = [
        site.stableRank.map { "stable rank \(figure($0, 1))" },
        site.effectiveRank.map { "effective \(figure($0, 1))" },
        site.norm.map { "‖ΔW‖ \(figure($0, 2))" },
      ].compactMap { $0 }
      let lines = ranks.map { Markup("div", text: $0) }
      parts.append(Markup("figcaption", [:], [Markup("b", text: site.stage)] + lines))
      return Markup("figure", [:], parts)
    }
    return Markup(
      "section", [:], [Markup("h3", text: name), Markup("div", ["class": "row"], figures)])
  }

  private var ending: [Markup] {
    [
      Markup("h2", text: "Recipe"),
      Markup(
        "details", ["open": "open"],
        [
          Markup("summary", text: "with every default, as the run used it"),
          Markup("pre", text: recipe),
        ]),
    ]
  }
}

extension RunReport.Site {
  /// Whether there is anything to draw of it.
  fileprivate var isDrawn: Bool { !correlations.isEmpty || !spectrum.isEmpty }
}
