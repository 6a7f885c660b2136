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
    let frame = ChartFrame(
      size: isSmall ? ChartFrame.sizes.small : ChartFrame.sizes.usual, isSmall: isSmall,
      vertical: vertical, isShare: isShare)
    var parts: [Markup] = []
    for line in series {
      let color = "c\(line.color % Style.colorCount)"
      for segment in line.segments {
        let places = segment.map {
          (x: coordinate(frame.x(horizontal.position(of: $0.x))), y: coordinate(frame.y($0.y)))
        }
        let name = Markup("title", text: line.name)
        if places.count == 1 {
          parts.append(
            Markup(
              "circle", ["class": "dot \(color)", "cx": places[0].x, "cy": places[0].y, "r": "3"],
              [name]))
        } else {
          let path = places.map { "\($0.x) \($0.y)" }.joined(separator: "L")
          let look = "line \(color)" + (line.isDashed ? " dashed" : "")
          parts.append(Markup("path", ["class": look, "d": "M" + path], [name]))
        }
      }
    }
    let ticks = horizontal.ticks.map {
      ChartFrame.Tick(place: horizontal.position(of: $0), label: horizontal.label($0))
    }
    return frame.drawing(
      title: title, description: description, ticks: ticks, name: "epoch", parts)
  }
}
