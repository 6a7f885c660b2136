/// Differences with their intervals, a row for each, around the line of no difference.
struct ForestPlot {
  /// What stands over it, and what a screen reader says first.
  let title: String
  /// What the differences are from, below the title.
  let baseline: String
  /// What the numbers are.
  let unit: String
  /// The rows from top to bottom.
  let rows: [SweepReport.Difference]
  /// The axis that it shares with others.
  let axis: Axis

  private static let (width, top) = (360.0, 46.0)
  /// The longest label that stands beside its interval; longer ones stand above.
  private static let mostCharacters = 18

  private var longest: Int { rows.map(\.label.count).max() ?? 0 }
  private var isStacked: Bool { longest > Self.mostCharacters }
  private var rowHeight: Double { isStacked ? 38 : 22 }

  /// An axis on which the intervals of all rows and 0 find room.
  static func axis(_ rows: [SweepReport.Difference]) -> Axis {
    Axis(
      holding: [0] + rows.flatMap { [$0.mean] + ($0.interval.map { [$0.lower, $0.upper] } ?? []) },
      count: 3)
  }

  /// Its height in its own units.
  var height: Double { Self.top + Double(rows.count) * rowHeight + 34 }

  /// The drawing.
  func drawing() -> Markup {
    let left = 16 + (isStacked ? 0 : Double(longest) * 6.1)
    let right = Self.width - 52
    let bottom = Self.top + Double(rows.count) * rowHeight + 4
    func x(_ value: Double) -> Double { left + axis.position(of: value) * (right - left) }
    var parts = [
      Markup("title", text: title),
      Markup("desc", text: "Mean differences from \(baseline) with 95 % intervals, \(unit)."),
      Markup("text", ["class": "heading", "x": "0", "y": "14"], text: title),
      text("against \(baseline)", x: 0, y: 30, "start", "tick"),
    ]
    for (tick, label) in zip(axis.ticks, axis.labels()) {
      let isZero = abs(tick) < 1e-12
      parts.append(
        Markup(
          "line",
          [
            "class": isZero ? "zero" : "grid", "x1": coordinate(x(tick)), "x2": coordinate(x(tick)),
            "y1": coordinate(Self.top - 4), "y2": coordinate(bottom),
          ]))
      parts.append(text(label, x: x(tick), y: bottom + 13, "middle", "tick"))
    }
    for (index, row) in rows.enumerated() {
      parts += self.row(row, y: Self.top + (Double(index) + 0.5) * rowHeight, x: x)
    }
    parts.append(text(unit, x: right, y: bottom + 27, "end", "tick"))
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "viewBox": "0 0 \(coordinate(Self.width)) \(coordinate(height))",
        "width": coordinate(Self.width), "height": coordinate(height), "class": "chart",
      ], parts)
  }

  private func row(
    _ row: SweepReport.Difference, y middle: Double, x: (Double) -> Double
  ) -> [Markup] {
    let look = row.isPooled ? "strong" : "plain"
    let y = middle + (isStacked ? 8 : 0)
    let mean = (row.mean > 0 ? "+" : "") + figure(row.mean, 2)
    let words =
      "\(row.label): \(mean)"
      + (row.interval.map { ", \(figure($0.lower, 2)) … \(figure($0.upper, 2))" } ?? "")
      + ", \(row.verdict)"
    var parts = [
      text(row.label, x: 0, y: isStacked ? y - 11 : y + 4, "start", look),
      text(mean, x: Self.width, y: y + 4, "end", look),
    ]
    let (at, name) = (coordinate(y), [Markup("title", text: words)])
    if row.isPooled, let interval = row.interval {
      let fill = row.isTold ? "dot" : "hollow"
      parts.append(
        Markup(
          "path",
          [
            "class": "\(fill) c0",
            "d": "M\(coordinate(x(interval.lower))) \(at)L\(coordinate(x(row.mean))) "
              + "\(coordinate(y - 6))L\(coordinate(x(interval.upper))) \(at)"
              + "L\(coordinate(x(row.mean))) \(coordinate(y + 6))Z",
          ], name))
      return parts
    }
    if let interval = row.interval {
      parts.append(
        Markup(
          "path",
          [
            "class": "line c0",
            "d": "M\(coordinate(x(interval.lower))) \(at)H\(coordinate(x(interval.upper)))",
          ], name))
    }
    parts.append(
      Marker(index: 0, isHollow: !row.isTold).drawing(x: x(row.mean), y: y, title: words))
    return parts
  }

  private func text(
    _ words: String, x: Double, y: Double, _ anchor: String, _ look: String
  ) -> Markup {
    Markup(
      "text",
      ["class": look, "x": coordinate(x), "y": coordinate(y), "text-anchor": anchor], text: words)
  }
}
