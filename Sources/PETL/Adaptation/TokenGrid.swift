/// How the rows of an image lie: some that belong to no place, then a grid, row by row.
public struct TokenGrid: Sendable, Hashable {
  /// The rows of the grid, from the top of the image.
  public let rows: Int
  /// The columns of the grid, from its left.
  public let columns: Int
  /// The class token and registers, which come before.
  public let prefixTokens: Int

  /// Makes a grid.
  ///
  /// - Parameters:
  ///   - rows: from the top of the image.
  ///   - columns: from its left.
  ///   - prefixTokens: the class token and registers, which come before.
  public init(rows: Int, columns: Int, prefixTokens: Int = 0) {
    (self.rows, self.columns, self.prefixTokens) = (rows, columns, prefixTokens)
  }

  /// How many tokens an image has.
  public var tokens: Int { prefixTokens + rows * columns }
}
