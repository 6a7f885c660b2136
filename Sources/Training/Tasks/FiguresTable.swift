/// The figures of a split as a task shows them.
public struct FiguresTable: Sendable {
  /// The names of the columns; the first is that of the split.
  public var header: [String]
  /// The cells, as many in a row as there are columns.
  public var rows: [[String]]
  /// The figures that are not in the table, in words.
  public var footer: String
}
