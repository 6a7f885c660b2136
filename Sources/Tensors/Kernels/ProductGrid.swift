import CKernels

/// How threads share a product [rows, cols]: neighbouring columns in whole panels, and rows too where there are more
/// threads than panels.
struct ProductGrid {
  /// How many rows the kernels take at a time.
  private static let rowsAtATime = 6

  let rows: Int
  let cols: Int
  /// How many threads it is worth at most.
  var most = Int.max

  /// Runs the body for each part, which is never empty.
  func run(
    function: StaticString = #function, file: StaticString = #fileID,
    _ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    let width = unsafe Kernels.table.panel
    let panels = (cols + width - 1) / width
    let workers = max(1, min(Workers.count, most))
    let columnParts = min(workers, max(1, panels))
    let length = (panels + columnParts - 1) / columnParts * width
    let rowParts = max(1, workers / columnParts)
    let height =
      ((rows + rowParts - 1) / rowParts + Self.rowsAtATime - 1) / Self.rowsAtATime
      * Self.rowsAtATime
    Workers.run(columnParts * rowParts, function: function, file: file) { part in
      let first = part % columnParts * length
      let row = part / columnParts * height
      guard first < cols, row < rows else { return }
      body(row..<min(rows, row + height), first..<min(cols, first + length))
    }
  }
}
