/// A square matrix of numbers from 0 to 1, a cell for each.
struct HeatMap {
  /// What a screen reader says first.
  let title: String
  /// The rows; all as long as there are rows.
  let rows: [[Double]]

  /// The drawing, 96 units wide: the deeper the colour, the larger the number.
  ///
  /// The diagonal, which says nothing, is left grey, and so is what is not finite, with a cross.
  func drawing() -> Markup {
    let side = 96.0
    let cell = side / Double(max(1, rows.count))
    let pairs = rows.enumerated().flatMap { row in
      row.element.enumerated().filter { $0.offset != row.offset }.map(\.element)
    }
    .filter(\.isFinite)
    let mean = pairs.isEmpty ? nil : pairs.reduce(0, +) / Double(pairs.count)
    var parts = [
      Markup("title", text: title),
      Markup("desc", text: "mean off the diagonal \(figure(mean, 3)), \(rows.count) subspaces"),
    ]
    for (i, row) in rows.enumerated() {
      for (j, value) in row.enumerated() {
        let (x, y) = (Double(j) * cell, Double(i) * cell)
        let box: (String, String) -> Markup = { look, opacity in
          Markup(
            "rect",
            [
              "class": look, "x": coordinate(x), "y": coordinate(y), "width": coordinate(cell),
              "height": coordinate(cell), "fill-opacity": opacity,
            ])
        }
        if i == j {
          parts.append(box("diagonal", "1"))
        } else if value.isFinite {
          parts.append(box("heat", figure(min(1, max(0, value)), 3)))
        } else {
          parts.append(
            Markup(
              "path",
              [
                "class": "cross",
                "d": "M\(coordinate(x)) \(coordinate(y))l\(coordinate(cell)) \(coordinate(cell))",
              ]))
        }
      }
    }
    parts.append(
      Markup(
        "rect", ["class": "frame", "x": "0.5", "y": "0.5", "width": "95", "height": "95"]))
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "viewBox": "0 0 96 96",
        "width": "96", "height": "96", "class": "map",
      ], parts)
  }
}
