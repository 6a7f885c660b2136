extension SweepReport {
  /// The report as one page that needs no other file and no network.
  public func html() -> String {
    Page.html(
      title: title,
      Page.header(title: title, caution: caution, facts: facts, notes: notes)
        + (figures + [chosen].compactMap(\.self)).flatMap { Page.section($0) } + differenceSection
        + curveSections
        + Page.section(runs, isFolded: runs.rows.count > 100)
        + Page.recipe(recipe, "with all that varies"))
  }

  private var differenceSection: [Markup] {
    var parts: [Markup] = []
    if !forests.isEmpty {
      parts += [
        Markup("h2", text: "Paired differences"),
        Markup("p", ["class": "soft"], text: forestCaption),
        Markup("div", ["class": "curves"], forestPlots.map { Markup("div", [:], [$0.drawing()]) }),
      ]
    }
    return parts + (tests.map { Page.section($0) } ?? [])
  }

  private var curveSections: [Markup] {
    sweptCharts.flatMap { swept in
      var parts = [
        Markup("h2", text: "Against \(swept.key)"),
        Markup("p", ["class": "soft"], text: Self.curveCaption),
        Page.legend(
          swept.lines.enumerated().map { index, line in
            (name: line.label, index: index, isDashed: line.isControl, isMarked: line.level == nil)
          }),
        Markup("div", ["class": "curves"], swept.whole.map { Markup("div", [:], [$0.drawing()]) }),
      ]
      if !swept.parts.isEmpty {
        parts.append(
          Markup(
            "div", ["class": "sites"], swept.parts.map { Markup("div", [:], [$0.drawing()]) }))
      }
      return parts
    }
  }
}
