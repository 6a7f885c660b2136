extension SweepReport {
  /// The forest plots, all on one scale.
  var forestPlots: [ForestPlot] {
    let axis = ForestPlot.axis(forests.flatMap(\.rows))
    return forests.map { ForestPlot(title: $0.title, unit: unit, rows: $0.rows, axis: axis) }
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
    /// The lines that a legend names, those of the first curve.
    let lines: [Line]
    /// Of all data sets together, or of the only one.
    let whole: [SweptChart]
    /// Of each data set where there are several.
    let parts: [SweptChart]
  }

  /// The curves by key.
  var sweptCharts: [Swept] {
    var keys: [String] = []
    for curve in curves where !keys.contains(curve.key) { keys.append(curve.key) }
    return keys.map { key in
      let own = curves.filter { $0.key == key }
      let isPart = { (curve: Curve) in
        curve.data != nil && own.contains { $0.figure == curve.figure && $0.data != curve.data }
      }
      func chart(_ curve: Curve, isSmall: Bool) -> SweptChart {
        let places = curve.data ?? "mean of all data sets"
        let title = "\(curve.figure), \(places)"
        return SweptChart(
          title: isSmall ? Self.initial(curve.figure) + ", " + places : title, name: key,
          lines: curve.lines, isShare: curve.isShare, isSmall: isSmall)
      }
      return Swept(
        key: key, lines: own.first?.lines ?? [],
        whole: own.filter { !isPart($0) }.map { chart($0, isSmall: false) },
        parts: own.filter(isPart).map { chart($0, isSmall: true) })
    }
  }

  /// A short name of a figure for small charts.
  private static func initial(_ figure: String) -> String {
    figure.hasPrefix("Redundancy")
      ? "|ρ|" : figure.split(separator: " ").last.map(String.init) ?? ""
  }

  /// What the points of the curves are.
  static let curveCaption =
    "Mean over seeds; whiskers and bands are one standard deviation to both sides. A dashed line or "
    + "band is the control, trained without the penalties."
}
