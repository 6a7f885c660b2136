/// A table under a heading.
public struct ReportTable: Sendable {
  /// The heading.
  public let title: String
  /// What the cells hold, a sentence or two; empty for nothing.
  public let caption: String
  /// The names of the columns.
  public let columns: [String]
  /// The cells by row; a line end parts a figure from what is written small below it.
  public let rows: [[String]]
  /// The columns of words, which are written from the left and may break; the first is one anyway.
  public let wordColumns: Set<Int>

  /// Collects a table.
  public init(
    title: String, caption: String = "", columns: [String], rows: [[String]],
    wordColumns: Set<Int> = []
  ) {
    self.title = title
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.wordColumns = wordColumns
  }
}
