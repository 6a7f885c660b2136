extension RunReport {
  /// The report as one page that needs no other file and no network.
  public func html() -> String {
    let stages = ReportTable(
      title: "Stages", columns: stageColumns, rows: stageRows)
    return Page.html(
      title: title,
      Page.header(title: title, caution: caution, facts: facts, notes: notes) + Page.section(stages)
        + curveSection + mistakeSection
        + regularizerSection + stepSection + figureSection + siteSection + mapSection
        + Page.recipe(recipe, "with every default, as the run used it"))
  }

  /// What the lines of charts are called: the stages that have any.
  private func legend(_ charts: [LineChart]) -> Markup {
    let shown = Set(charts.flatMap(\.series).map(\.name))
    return Page.legend(
      stages.enumerated().filter { shown.contains($1.name) }.map { index, stage in
        let kind = stage.regularizes && !stage.isControl ? " (regularized)" : ""
        return (stage.name + kind, index, stage.isControl, false)
      })
  }

  /// Charts under a heading, with what they show and what their lines are called; nothing where there are none.
  private func section(
    _ title: String, _ charts: [LineChart], look: String, about: String? = nil
  ) -> [Markup] {
    guard !charts.isEmpty else { return [] }
    return [Markup("h2", text: title)]
      + (about.map { [Markup("p", ["class": "soft"], text: $0)] } ?? []) + [
        legend(charts),
        Markup("div", ["class": look], charts.map { Markup("div", [:], [$0.drawing()]) }),
      ]
  }

  private var curveSection: [Markup] { section("Curves", curves(), look: "curves") }

  private var mistakeSection: [Markup] {
    guard let mistakes, mistakes.examples > 0 else { return [] }
    var parts: [Markup] = []
    if mistakes.isDrawn {
      let table = ConfusionTable(mistakes: mistakes)
      parts += [
        Markup("h2", text: "Confusion matrix"), Markup("p", ["class": "soft"], text: table.caption),
        table.drawing(),
      ]
    } else {
      parts += mistakes.pairs.map { Page.section($0) } ?? []
    }
    let pictures = mistakes.worst.filter { $0.picture != nil }
    if let texts = mistakes.worstTexts { return parts + Page.section(texts) }
    guard !pictures.isEmpty else { return parts }
    return parts + [
      Markup("h2", text: mistakes.worstTitle),
      Markup("p", ["class": "soft"], text: mistakes.worstCaption),
      Markup(
        "div", ["class": "wrongs"],
        pictures.compactMap { wrong in wrong.picture.map { card(wrong, $0, of: mistakes) } }),
    ]
  }

  private func card(
    _ wrong: WrongExample, _ picture: Picture, of mistakes: Mistakes
  ) -> Markup {
    let (label, answer) = (mistakes.name(wrong.label), mistakes.name(wrong.answer))
    return Markup(
      "figure", ["title": wrong.name],
      [
        Markup(
          "img",
          [
            "class": max(picture.width, picture.height) <= 32 ? "coarse" : "fine",
            "src": "data:image/png;base64,\(picture.base64)", "width": "\(picture.width)",
            "height": "\(picture.height)", "alt": "\(label), taken for \(answer)",
          ]),
        Markup(
          "figcaption", [:],
          [
            Markup("b", text: "\(label), taken for \(answer)"),
            Markup(
              "div",
              text: "\(percentage(wrong.probability)) against "
                + percentage(wrong.labelProbability)),
            Markup("div", ["class": "name"], text: wrong.name),
          ]),
      ])
  }

  private var regularizerSection: [Markup] {
    section(
      "Regularizers", regularizerCurves(), look: "curves thirds",
      about:
        "The value of each without λ, λ, and the share of its gradient: ‖λ ∇R‖ over the sum of "
        + "the norms of all parts, at the last step of an epoch.")
  }

  private var stepSection: [Markup] { section("Steps", stepCurves(), look: "curves thirds") }

  private var figureSection: [Markup] {
    section(
      "Figures of plugins", figureCurves(), look: "curves thirds",
      about: "What regularizers, adapters and rules logged of themselves.")
  }

  private var siteSection: [Markup] {
    section(
      "Redundancy of each site", siteCurves(), look: "sites",
      about: "The mean |ρ| over pairs of subspaces by epoch; all on one scale.")
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
      let map = site.correlations.map {
        HeatMap(title: "|ρ| of \(name) after \(site.stage)", correlations: $0)
      }
      if let map { parts.append(map.drawing()) }
      if !site.spectrum.isEmpty {
        parts.append(
          Spectrum(
            title: "Singular values of \(name) after \(site.stage)", values: site.spectrum,
            largest: largest, color: color(of: site.stage)
          ).drawing())
      }
      let ranks = [
        map?.blockWords,
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
}

extension RunReport.Site {
  /// Whether there is anything to draw of it.
  fileprivate var isDrawn: Bool { correlations != nil || !spectrum.isEmpty }
}
