/// A figure against a number that was varied: a point for each value with a whisker of one standard
/// deviation to both sides, and controls that it does not concern as a band.
struct SweptChart {
  /// What stands over it, and what a screen reader says first.
  let title: String
  /// What varies.
  let name: String
  /// The lines.
  let lines: [SweepReport.Line]
  /// The labels of these lines and of those of other charts beside it: the place of a label decides
  /// colour and shape.
  let names: [String]
  /// Whether the figure is a share that is written as a percentage.
  let isShare: Bool
  /// Whether it is one of many small ones, with few ticks.
  var isSmall = false

  /// The drawing.
  func drawing() -> Markup {
    let points = lines.flatMap(\.points).filter(\.figure.isDrawn)
    let levels = lines.compactMap(\.level).filter(\.isDrawn)
    let bounds = (points.map(\.figure) + levels).flatMap { $0.bounds }
    let frame = ChartFrame(
      size: isSmall ? ChartFrame.sizes.small : ChartFrame.sizes.usual, isSmall: isSmall,
      vertical: Axis(holding: bounds, limits: 0...1, count: isSmall ? 2 : 5), isShare: isShare)
    let width = frame.right - frame.left
    let horizontal = ValueAxis(holding: points.map(\.value), width: width)
    var parts: [Markup] = []
    for line in lines {
      if let level = line.level, level.isDrawn {
        parts += band(level, index(of: line), line.label, frame)
      }
    }
    for (place, line) in lines.enumerated() {
      let index = index(of: line)
      // Whiskers of the same value stand side by side.
      let shift = (Double(place) - Double(lines.count - 1) / 2) * (isSmall ? 2 : 4)
      func x(_ point: SweepReport.Point) -> Double {
        frame.x(horizontal.place(of: point.value)) + shift
      }
      let shown = line.points.filter(\.figure.isDrawn)
      let joined = shown.filter { !horizontal.isLogarithmic || $0.value > 0 }
      if joined.count > 1 {
        let path = joined.map { "\(coordinate(x($0))) \(coordinate(frame.y($0.figure.mean)))" }
        let look = "line c\(index % Style.colorCount)" + (line.isControl ? " dashed" : "")
        parts.append(
          Markup(
            "path", ["class": look, "d": "M" + path.joined(separator: "L")],
            [Markup("title", text: line.label)]))
      }
      for point in shown {
        let name = "\(line.label) at \(horizontal.label(of: point.value))"
        parts += self.point(point, x: x(point), index, name, frame)
      }
    }
    let end = horizontal.isLogarithmic ? " (logarithmic)" : ""
    let values = horizontal.ticks.map(\.label).joined(separator: ", ")
    return frame.drawing(
      title: title,
      description: "Against \(name) (\(values)), a line for each method, mean and standard "
        + "deviation over seeds.", ticks: horizontal.ticks, name: name + end, parts)
  }

  private func index(of line: SweepReport.Line) -> Int { names.firstIndex(of: line.label) ?? 0 }

  private func point(
    _ point: SweepReport.Point, x: Double, _ index: Int, _ name: String, _ frame: ChartFrame
  ) -> [Markup] {
    let figure = point.figure
    var parts: [Markup] = []
    if figure.deviation > 0 {
      let (low, high) = (
        frame.y(frame.shown(figure.bounds[0])), frame.y(frame.shown(figure.bounds[1]))
      )
      parts.append(
        Markup(
          "path",
          [
            "class": "whisker c\(index % Style.colorCount)",
            "d": "M\(coordinate(x - 3)) \(coordinate(low))h6m-3 0V\(coordinate(high))m-3 0h6",
          ]))
    }
    parts.append(
      Marker(index: index).drawing(
        x: x, y: frame.y(figure.mean), title: "\(name): \(written(figure))"))
    return parts
  }

  /// A level with its spread, as wide as the chart.
  private func band(
    _ level: SweepReport.Figure, _ index: Int, _ label: String, _ frame: ChartFrame
  ) -> [Markup] {
    let (low, high) = (frame.y(frame.shown(level.bounds[0])), frame.y(frame.shown(level.bounds[1])))
    let color = "c\(index % Style.colorCount)"
    let name = [Markup("title", text: "\(label): \(written(level))")]
    return [
      Markup(
        "rect",
        [
          "class": "band \(color)", "x": coordinate(frame.left), "y": coordinate(high),
          "width": coordinate(frame.right - frame.left), "height": coordinate(low - high),
        ], name),
      Markup(
        "path",
        [
          "class": "line \(color) dashed",
          "d": "M\(coordinate(frame.left)) \(coordinate(frame.y(level.mean)))"
            + "H\(coordinate(frame.right))",
        ], name),
    ]
  }

  private func written(_ figure: SweepReport.Figure) -> String {
    let mean = isShare ? percentage(figure.mean) : Reports.figure(figure.mean, 3)
    let deviation =
      isShare ? Reports.figure(figure.deviation * 100, 1) : Reports.figure(figure.deviation, 3)
    return "\(mean) ± \(deviation), \(figure.count) seeds"
  }
}

extension ChartFrame {
  /// A value that lies beyond the vertical axis, moved to its end.
  fileprivate func shown(_ value: Double) -> Double {
    min(max(value, vertical.range.lowerBound), vertical.range.upperBound)
  }
}
