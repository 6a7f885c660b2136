/// The singular values of ΔW as bars, the largest first.
struct Spectrum {
  /// What a screen reader says first.
  let title: String
  /// The singular values, falling.
  let values: [Double]
  /// How high a full bar is; the same for bars that are compared.
  let largest: Double
  /// The number of its colour.
  let color: Int

  /// The drawing, 96 × 32 units; at most the first 32 values.
  func drawing() -> Markup {
    let shown = values.prefix(32).map { $0.isFinite ? max(0, $0) : 0 }
    let step = 96.0 / Double(max(1, shown.count))
    let bars = shown.enumerated().map { index, value in
      let height = largest > 0 ? min(1, value / largest) * 32 : 0
      return Markup(
        "rect",
        [
          "class": "bar c\(color % Style.colorCount)", "x": coordinate(Double(index) * step),
          "y": coordinate(32 - height), "width": coordinate(step * 0.8),
          "height": coordinate(height),
        ], [Markup("title", text: "\(index + 1): \(figure(values[index], 3))")])
    }
    let text = values.prefix(32).map { figure($0, 3) }.joined(separator: ", ")
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "viewBox": "0 0 96 32",
        "width": "96", "height": "32", "class": "spectrum",
      ], [Markup("title", text: title), Markup("desc", text: text)] + bars)
  }
}
