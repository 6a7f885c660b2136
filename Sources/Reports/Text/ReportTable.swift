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
  /// Where the first cell of each row leads, relative to the page; nil for nowhere, empty where no row leads anywhere.
  public let links: [String?]

  /// Collects a table.
  public init(
    title: String, caption: String = "", columns: [String], rows: [[String]],
    wordColumns: Set<Int> = [], links: [String?] = []
  ) {
    self.title = title
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.wordColumns = wordColumns
    self.links = links
  }
}
