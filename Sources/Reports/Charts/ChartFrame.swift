/// What charts with two axes have in common: heading, grid and ticks around the place for what is shown.
struct ChartFrame {
  /// A mark on the horizontal axis.
  struct Tick {
    /// 0 at the left end of the place, 1 at the right.
    let place: Double
    /// What is written under it.
    let label: String
  }

  /// Width and height in the drawing's own units.
  let size: (width: Double, height: Double)
  /// Whether it is one of many small ones.
  let isSmall: Bool
  /// The vertical axis.
  let vertical: Axis
  /// The edges of the place for what is shown.
  let (left, right, top, bottom): (Double, Double, Double, Double)
  private let labels: [String]

  /// The usual size of a chart, and of a small one.
  static let sizes = (usual: (width: 360.0, height: 230.0), small: (width: 200.0, height: 132.0))

  /// Measures a frame.
  ///
  /// - Parameters:
  ///   - size: width and height.
  ///   - isSmall: whether it is one of many small ones.
  ///   - vertical: the vertical axis.
  ///   - isShare: whether its ticks are written as percentages.
  init(
    size: (width: Double, height: Double), isSmall: Bool, vertical: Axis, isShare: Bool
  ) {
    self.init(
      size: size, isSmall: isSmall, vertical: vertical, labels: vertical.labels(isShare: isShare))
  }

  /// Measures a frame whose vertical ticks have labels of their own.
  init(
    size: (width: Double, height: Double), isSmall: Bool, vertical: Axis, labels: [String]
  ) {
    self.size = size
    self.isSmall = isSmall
    self.vertical = vertical
    self.labels = labels
    let widest = Double(labels.map(\.count).max() ?? 1)
    (left, right) = (14 + widest * (isSmall ? 6.2 : 6.6), size.width - 12)
    (top, bottom) = (isSmall ? 30 : 38, size.height - (isSmall ? 20 : 34))
  }

  /// The horizontal coordinate of a place from 0 to 1.
  func x(_ place: Double) -> Double { left + place * (right - left) }

  /// The vertical coordinate of a value.
  func y(_ value: Double) -> Double { bottom - vertical.position(of: value) * (bottom - top) }

  /// The drawing.
  ///
  /// - Parameters:
  ///   - title: what stands over it, and what a screen reader says first.
  ///   - description: what is shown, a sentence for those who do not see it.
  ///   - ticks: of the horizontal axis.
  ///   - name: what the horizontal axis is of.
  ///   - contents: what is shown; none says so.
  /// - Returns: an element `svg`.
  func drawing(
    title: String, description: String, ticks: [Tick], name: String, _ contents: [Markup]
  ) -> Markup {
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
      parts.append(self.label(label, x: left - 6, y: y(tick) + 3.5, anchor: "end"))
    }
    for tick in ticks {
      parts.append(label(tick.label, x: x(tick.place), y: bottom + 15, anchor: "middle"))
    }
    if !isSmall { parts.append(label(name, x: right, y: bottom + 30, anchor: "end")) }
    if contents.isEmpty {
      let middle = (x: (left + right) / 2, y: (top + bottom) / 2)
      parts.append(label("nothing to show", x: middle.x, y: middle.y, anchor: "middle"))
    }
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "viewBox": "0 0 \(coordinate(size.width)) \(coordinate(size.height))",
        "width": coordinate(size.width), "height": coordinate(size.height),
        "class": isSmall ? "small" : "chart",
      ], parts + contents)
  }

  private func label(_ text: String, x: Double, y: Double, anchor: String) -> Markup {
    Markup(
      "text",
      ["class": "tick", "x": coordinate(x), "y": coordinate(y), "text-anchor": anchor], text: text)
  }
}
