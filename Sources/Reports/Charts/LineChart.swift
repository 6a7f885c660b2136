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
        if places.count == 1 {
          parts.append(
            Markup(
              "circle", ["class": "dot \(color)", "cx": places[0].x, "cy": places[0].y, "r": "3"],
              [Markup("title", text: words(line, segment[0]))]))
        } else {
          let name = Markup("title", text: line.name)
          let path = places.map { "\($0.x) \($0.y)" }.joined(separator: "L")
          let look = "line \(color)" + (line.isDashed ? " dashed" : "")
          parts.append(Markup("path", ["class": look, "d": "M" + path], [name]))
        }
      }
    }
    // Above all lines, so that none hides another's.
    parts += hits(frame, horizontal)
    let ticks = zip(horizontal.ticks, horizontal.labels()).map {
      ChartFrame.Tick(place: horizontal.position(of: $0), label: $1)
    }
    return frame.drawing(
      title: title, description: description, ticks: ticks, name: "epoch", parts)
  }
  /// The most points of all lines whose values a pointer finds, and of a small chart: our choice, for the size of a page.
  static let mostHits = (usual: 200, small: 60)

  /// Places that are not seen, and say their values to a pointer and to a screen reader; of very many points some.
  private func hits(_ frame: ChartFrame, _ horizontal: Axis) -> [Markup] {
    let lines = series.map { line in
      (line, points: line.segments.filter { $0.count > 1 }.flatMap { $0 })
    }
    let count = lines.reduce(0) { $0 + $1.points.count }
    let most = isSmall ? Self.mostHits.small : Self.mostHits.usual
    let step = max(1, (count + most - 1) / most)
    return lines.flatMap { line, points in
      // Counted from the end: the last value is what is asked for most.
      points.enumerated().filter { (points.count - 1 - $0.offset) % step == 0 }.map { _, point in
        Markup(
          "circle",
          [
            "class": "hit c\(line.color % Style.colorCount)",
            "cx": coordinate(frame.x(horizontal.position(of: point.x))),
            "cy": coordinate(frame.y(point.y)), "r": isSmall ? "4" : "5",
          ], [Markup("title", text: words(line, point))])
      }
    }
  }

  /// A point in words.
  private func words(_ line: Series, _ point: (x: Double, y: Double)) -> String {
    let value = isShare ? percentage(point.y) : shortFigure(point.y)
    return "\(line.name), epoch \(shortFigure(point.x)): \(value)"
  }
}
