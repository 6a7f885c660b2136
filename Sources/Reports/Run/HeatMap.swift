/// A square matrix of numbers from 0 to 1, a cell for each.
struct HeatMap {
  /// The most cells that are drawn one by one; of more, those of one shade are one path.
  static let mostSingle = 32 * 32
  /// The most cells that say their number to a pointer: our choice, for the size of a page.
  static let mostSaid = 200
  /// How many shades a path may have.
  static let shades = 64

  /// What a screen reader says first.
  let title: String
  /// The numbers, pair by pair or in blocks.
  let correlations: RunReport.Correlations

  /// What a cell stands for, where it is not one pair; nil where it is.
  var blockWords: String? {
    let size = correlations.blockSize
    return size > 1
      ? "\(correlations.count) subspaces, a cell is the mean of \(size) × \(size) pairs" : nil
  }

  /// The drawing, 96 units wide: the deeper the colour, the larger the number.
  ///
  /// The diagonal, which says nothing of single pairs, is left grey, and so is what is not finite, with
  /// a cross.
  func drawing() -> Markup {
    let rows = correlations.rows
    let words = blockWords ?? "\(rows.count) subspaces"
    let parts = [
      Markup("title", text: title),
      Markup("desc", text: "mean off the diagonal \(figure(finiteMean, 3)), \(words)"),
    ]
    let cells = rows.count * rows.count <= Self.mostSingle ? singleCells() : paths()
    let frame = Markup(
      "rect", ["class": "frame", "x": "0.5", "y": "0.5", "width": "95", "height": "95"])
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "viewBox": "0 0 96 96",
        "width": "96", "height": "96", "class": "map",
      ], parts + cells + [frame])
  }

  /// The mean off the diagonal of the numbers that are finite.
  private var finiteMean: Double? {
    if correlations.blockSize > 1 { return correlations.mean }
    let pairs = correlations.rows.enumerated().flatMap { row in
      row.element.enumerated().filter { $0.offset != row.offset }.map(\.element)
    }.filter(\.isFinite)
    return pairs.isEmpty ? nil : pairs.reduce(0, +) / Double(pairs.count)
  }

  /// Whether a cell is that of a subspace with itself.
  private func isDiagonal(_ i: Int, _ j: Int) -> Bool { i == j && correlations.blockSize == 1 }

  /// A cell in words.
  private func words(_ i: Int, _ j: Int, _ value: Double) -> String {
    if isDiagonal(i, j) { return "subspace \(i + 1)" }
    let kind = correlations.blockSize == 1 ? "subspaces" : "blocks"
    return "\(kind) \(i + 1) and \(j + 1): \(figure(value, 3))"
  }

  private func singleCells() -> [Markup] {
    let cell = 96 / Double(max(1, correlations.rows.count))
    var parts: [Markup] = []
    let isSaid = correlations.rows.count * correlations.rows.count <= Self.mostSaid
    for (i, row) in correlations.rows.enumerated() {
      for (j, value) in row.enumerated() {
        let name = isSaid ? [Markup("title", text: words(i, j, value))] : []
        let (x, y) = (Double(j) * cell, Double(i) * cell)
        let box: (String, String) -> Markup = { look, opacity in
          Markup(
            "rect",
            [
              "class": look, "x": coordinate(x), "y": coordinate(y), "width": coordinate(cell),
              "height": coordinate(cell), "fill-opacity": opacity,
            ], name)
        }
        if isDiagonal(i, j) {
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
              ], name))
        }
      }
    }
    return parts
  }

  /// A path for each shade, and those of the diagonal and of what is not finite; neighbours in a row are
  /// one rectangle of it.
  private func paths() -> [Markup] {
    enum Look: Hashable {
      case shade(Int)
      case diagonal, cross
    }
    var outlines: [Look: String] = [:]
    for (i, row) in correlations.rows.enumerated() {
      let looks = row.enumerated().map { j, value -> Look in
        if isDiagonal(i, j) { return .diagonal }
        guard value.isFinite else { return .cross }
        let share = min(1, max(0, value))
        return .shade(Int((share * Double(Self.shades - 1)).rounded()))
      }
      var start = 0
      while start < looks.count {
        let look = looks[start]
        let end = looks[start...].firstIndex { $0 != look } ?? looks.count
        let length = end - start
        outlines[look, default: ""] +=
          look == .cross
          ? (start..<end).map { "M\($0) \(i)l1 1" }.joined()
          : "M\(start) \(i)h\(length)v1h-\(length)z"
        start = end
      }
    }
    func path(_ look: String, _ opacity: String, _ outline: String) -> Markup {
      Markup("path", ["class": look, "fill-opacity": opacity, "d": outline])
    }
    var parts = (0..<Self.shades).compactMap { shade in
      outlines[.shade(shade)].map {
        path("heat", figure(Double(shade) / Double(Self.shades - 1), 3), $0)
      }
    }
    if let outline = outlines[.diagonal] { parts.append(path("diagonal", "1", outline)) }
    if let outline = outlines[.cross] {
      parts.append(
        Markup(
          "path", ["class": "cross", "vector-effect": "non-scaling-stroke", "d": outline]))
    }
    let scale = figure(96 / Double(max(1, correlations.rows.count)), 5)
    return [Markup("g", ["transform": "scale(\(scale))"], parts)]
  }
}
