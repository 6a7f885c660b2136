/// What marks a point: the shape tells lines apart where colours repeat or are not seen.
struct Marker {
  /// The number of its shape and colour.
  let index: Int
  /// Whether it is drawn as an outline.
  var isHollow = false

  /// The drawing around a point.
  ///
  /// - Parameters:
  ///   - x: of its middle.
  ///   - y: of its middle.
  ///   - title: what a pointer or a screen reader finds.
  /// - Returns: a path.
  func drawing(x: Double, y: Double, title: String? = nil) -> Markup {
    let name = title.map { [Markup("title", text: $0)] } ?? []
    let look = (isHollow ? "hollow" : "dot") + " c\(index % Style.colorCount)"
    let (x, y) = (coordinate(x), coordinate(y))
    let shape =
      switch index % 4 {
      case 0: "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z"
      case 1: "m-3 -3h6v6h-6z"
      case 2: "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z"
      default: "m0 -4l4 7h-8z"
      }
    return Markup("path", ["class": look, "d": "M\(x) \(y)\(shape)"], name)
  }
}
