/// Drawings one below the other, as one drawing on its own.
struct DrawingStack {
  private var parts: [Markup]
  private var height = 18.0
  private let width: Double

  /// An empty drawing.
  ///
  /// - Parameters:
  ///   - title: what a screen reader says first.
  ///   - caution: what stands above everything else.
  ///   - columns: how many drawings find room side by side.
  init(title: String, caution: String?, columns: Int = 1) {
    width = 16 + Self.columnWidth * Double(columns)
    parts = [
      Markup("title", text: title),
      Markup("rect", ["width": "100%", "height": "100%", "fill": "var(--paper)"]),
    ]
    // Longer text than a line holds goes on in the next.
    var lines: [String] = []
    for word in (caution ?? "").split(separator: " ") {
      if let last = lines.last, last.count + word.count < 58 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    for line in lines {
      parts.append(
        Markup("text", ["class": "strong", "x": "16", "y": coordinate(height + 4)], text: line))
      height += 18
    }
  }

  /// Adds what a line of the next drawings is called.
  mutating func addLegend(_ name: String, index: Int, isDashed: Bool) {
    let look = "line c\(index % Style.colorCount)" + (isDashed ? " dashed" : "")
    parts += [
      Markup("path", ["class": look, "d": "M16 \(coordinate(height))l22 0"]),
      Markup("text", ["x": "44", "y": coordinate(height + 4)], text: name),
    ]
    height += 18
  }

  /// The usual width of a chart, and what is left free beside it.
  private static let columnWidth = ChartFrame.sizes.usual.width + 16

  /// Adds a drawing.
  mutating func add(_ drawing: Markup, height: Double) { add([drawing], height: height) }

  /// Adds drawings side by side.
  mutating func add(_ drawings: [Markup], height: Double) {
    for (index, drawing) in drawings.enumerated() {
      let x = 16 + Self.columnWidth * Double(index)
      let place = "translate(\(coordinate(x)) \(coordinate(self.height)))"
      parts.append(Markup("g", ["transform": place], [drawing]))
    }
    self.height += height
  }

  /// The whole.
  func svg() -> String {
    let drawing = Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": coordinate(width),
        "height": coordinate(height), "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))",
      ], parts
    ).text
    // The style sheet is ours and holds none of the characters that XML forbids.
    guard let end = drawing.firstIndex(of: ">") else { return drawing }
    return drawing[...end] + "<style>\(Style.drawing)</style>"
      + drawing[drawing.index(after: end)...] + "\n"
  }
}
