/// A chart of lines over epochs.
struct LineChart {
  /// What stands over it, and what a screen reader says first.
  let title: String
  /// What is shown, a sentence for those who do not see it.
  let description: String
  /// The lines.
  let series: [Series]
  /// What the vertical range may not leave.
  var limits: ClosedRange<Double>?
  /// How vertical ticks are written; nil as numbers.
  var isShare = false
  /// Width and height in its own units.
  var size = (width: 360.0, height: 230.0)
  /// Whether it is one of many small ones, with few ticks.
  var isSmall = false
  /// The vertical axis that it shares with others; nil makes one of its own.
  var sharedAxis: Axis?

  /// The drawing.
  func drawing() -> Markup {
    let points = series.flatMap { $0.segments.joined() }
    let vertical =
      sharedAxis ?? Axis(holding: points.map(\.y), limits: limits, count: isSmall ? 2 : 5)
    let horizontal = Axis(
      holding: points.map(\.x), count: isSmall ? 3 : 6, isWhole: true)
    let labels = vertical.ticks.map { isShare ? Self.percent($0) : vertical.label($0) }
    let widest = Double(labels.map(\.count).max() ?? 1)
    let left = 14 + widest * (isSmall ? 6.2 : 6.6)
    let (right, top, bottom) = (
      size.width - 12, isSmall ? 30.0 : 38.0, size.height - (isSmall ? 20 : 34)
    )
    func x(_ value: Double) -> Double { left + horizontal.position(of: value) * (right - left) }
    func y(_ value: Double) -> Double { bottom - vertical.position(of: value) * (bottom - top) }

    var parts = [
      Markup("title", text: title), Markup("desc", text: description),
      Markup("text", ["class": "heading", "x": "0", "y": "14"], text: title),
    ]
    for (tick, label) in zip(vertical.ticks, labels) {
      let at = coordinate(y(tick))
      parts.append(
        Markup(
          "line",
          ["class": "grid", "x1": coordinate(left), "x2": coordinate(right), "y1": at, "y2": at]))
      parts.append(
        Markup(
          "text",
          [
            "class": "tick", "x": coordinate(left - 6), "y": coordinate(y(tick) + 3.5),
            "text-anchor": "end",
          ], text: label))
    }
    for tick in horizontal.ticks {
      parts.append(
        Markup(
          "text",
          [
            "class": "tick", "x": coordinate(x(tick)), "y": coordinate(bottom + 15),
            "text-anchor": "middle",
          ], text: horizontal.label(tick)))
    }
    if !isSmall {
      parts.append(
        Markup(
          "text",
          [
            "class": "tick", "x": coordinate(right), "y": coordinate(bottom + 30),
            "text-anchor": "end",
          ], text: "epoch"))
    }
    if points.isEmpty {
      parts.append(
        Markup(
          "text",
          [
            "class": "tick", "x": coordinate((left + right) / 2),
            "y": coordinate((top + bottom) / 2), "text-anchor": "middle",
          ], text: "nothing to show"))
    }
    for line in series {
      let look = "line c\(line.color % Style.colorCount)" + (line.isDashed ? " dashed" : "")
      for segment in line.segments {
        if segment.count == 1 {
          parts.append(
            Markup(
              "circle",
              [
                "class": "dot c\(line.color % Style.colorCount)",
                "cx": coordinate(x(segment[0].x)), "cy": coordinate(y(segment[0].y)), "r": "3",
              ], [Markup("title", text: line.name)]))
          continue
        }
        let path = segment.map { "\(coordinate(x($0.x))) \(coordinate(y($0.y)))" }
        parts.append(
          Markup(
            "path", ["class": look, "d": "M" + path.joined(separator: "L")],
            [Markup("title", text: line.name)]))
      }
    }
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "viewBox": "0 0 \(coordinate(size.width)) \(coordinate(size.height))",
        "width": coordinate(size.width), "height": coordinate(size.height),
        "class": isSmall ? "small" : "chart",
      ], parts)
  }

  private static func percent(_ share: Double) -> String {
    let value = share * 100
    // Ticks are products of a step that binary fractions do not hold exactly.
    return abs(value - value.rounded()) < 1e-6
      ? "\(Int(value.rounded())) %" : figure(value, 1) + " %"
  }
}
