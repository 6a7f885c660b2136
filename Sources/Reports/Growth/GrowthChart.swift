import Foundation

/// The time of a step against one of its sizes, and what is reckoned; upwards each doubling takes the same room.
struct GrowthChart {
  /// What is shown.
  let curve: GrowthCurve

  /// What the lines are called.
  static let lines = ["measured, relative to the smallest", "reckoned"]

  /// The drawing.
  func drawing() -> Markup {
    let values = curve.points.flatMap { [$0.measured, $0.reckoned] }.map(log2)
    let vertical = Axis(holding: values, count: 4)
    let labels = distinctLabels(vertical.ticks.map(exp2), digits: 2).map { "\($0)×" }
    let frame = ChartFrame(
      size: ChartFrame.sizes.usual, isSmall: false, vertical: vertical, labels: labels)
    let horizontal = ValueAxis(
      holding: curve.points.map { Double($0.size) }, width: frame.right - frame.left)
    func place(_ point: GrowthCurve.Point, _ value: Double) -> (x: Double, y: Double) {
      (frame.x(horizontal.place(of: Double(point.size))), frame.y(log2(value)))
    }
    func path(_ value: (GrowthCurve.Point) -> Double, _ index: Int) -> Markup {
      let places = curve.points.map { place($0, value($0)) }
      let steps = places.map { "\(coordinate($0.x)) \(coordinate($0.y))" }
      return Markup(
        "path",
        [
          "class": "line c\(index)" + (index > 0 ? " dashed" : ""),
          "d": "M" + steps.joined(separator: "L"),
        ], [Markup("title", text: Self.lines[index])])
    }
    var parts: [Markup] = []
    if curve.points.count > 1 { parts = [path(\.reckoned, 1), path(\.measured, 0)] }
    for point in curve.points {
      let at = place(point, point.measured)
      let words =
        "\(point.size) \(curve.unit): \(shortFigure(point.measured)) times, "
        + "reckoned \(shortFigure(point.reckoned))"
      parts.append(Marker(index: 0).drawing(x: at.x, y: at.y, title: words))
    }
    let end = horizontal.isLogarithmic ? " (logarithmic)" : ""
    return frame.drawing(
      title: curve.axis,
      description:
        "The time of a step against \(curve.unit), measured and reckoned, both relative to the "
        + "smallest, on a logarithmic axis.",
      ticks: horizontal.ticks, name: curve.unit + end, parts)
  }
}
