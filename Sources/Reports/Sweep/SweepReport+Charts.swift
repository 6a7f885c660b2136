extension SweepReport {
  /// The forest plots, all on one scale.
  var forestPlots: [ForestPlot] {
    let axis = ForestPlot.axis(forests.flatMap(\.rows))
    return forests.map { forest in
      ForestPlot(
        title: forest.title, baseline: forest.baseline, unit: unit, rows: forest.rows, axis: axis)
    }
  }

  /// What the marks of a forest plot say.
  var forestCaption: String {
    let isPooled = forests.contains { $0.rows.contains(where: \.isPooled) }
    return "Mean difference on the same seeds with its 95 % bootstrap interval. A filled mark: the "
      + "corrected test tells the two apart at 5 %; a hollow one: it does not, or there are too few "
      + "seeds."
      + (isPooled ? " The lozenge is of the pairs of all data sets together." : "")
  }

  /// The curves against one key.
  struct Swept {
    /// What varied.
    let key: String
    /// Every line that any of the curves has; its place here is its colour and shape.
    let lines: [Line]
    /// The charts of all data sets together, or of the only one.
    let whole: [SweptChart]
    /// The charts of each data set, where there are several.
    let parts: [SweptChart]
  }

  /// The curves by key.
  var sweptCharts: [Swept] {
    var keys: [String] = []
    for curve in curves where !keys.contains(curve.key) { keys.append(curve.key) }
    return keys.map { key in
      let own = curves.filter { $0.key == key }
      var lines: [Line] = []
      for line in own.flatMap(\.lines) where !lines.contains(where: { $0.label == line.label }) {
        lines.append(line)
      }
      lines = lines.filter { !$0.isControl } + lines.filter(\.isControl)
      let names = lines.map(\.label)
      func isPart(_ curve: Curve) -> Bool {
        curve.data != nil && own.contains { $0.figure == curve.figure && $0.data == nil }
      }
      func chart(_ curve: Curve, isSmall: Bool) -> SweptChart {
        let place = curve.data ?? "all data sets"
        // A small chart has room for a word.
        let figure = isSmall ? curve.shortFigure : curve.figure
        return SweptChart(
          title: "\(figure), \(place)", name: key, lines: curve.lines, names: names,
          isShare: curve.isShare, isSmall: isSmall)
      }
      return Swept(
        key: key, lines: lines,
        whole: own.filter { !isPart($0) }.map { chart($0, isSmall: false) },
        parts: own.filter(isPart).map { chart($0, isSmall: true) })
    }
  }

  /// What the points of the curves are.
  static let curveCaption =
    "Mean over seeds; whiskers and bands are one standard deviation to both sides. A dashed line or "
    + "band is the control, trained without the penalties."
}
