import COpenBLAS

/// A dense matrix in 64-bit floats, row-major: for the small algebra that 32 bits are too few for,
/// such as factorisations of [n, r] factors and functions of r × r Gram matrices.
///
/// Outside of any graph. Products and factorisations are OpenBLAS's. Sizes that do not fit stop the program
/// with both in the sentence; numbers never do (a factorisation that does not exist is NaN).
public struct DoubleMatrix: Sendable, Equatable {
  /// How many rows there are.
  public let rows: Int
  /// How many columns there are.
  public let columns: Int
  /// The elements, row by row.
  public var elements: [Double]

  /// Makes a matrix from its elements, row by row.
  public init(_ elements: [Double], rows: Int, columns: Int) {
    require(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "\(elements.count) elements do not fill a \(rows) × \(columns) matrix.")
    (self.rows, self.columns, self.elements) = (rows, columns, elements)
  }

  /// The values of a tensor [rows, columns].
  public init(_ tensor: Tensor) {
    require(tensor.rank == 2, "A tensor of shape \(tensor.shape) is not a matrix.")
    self.init(tensor.values.map(Double.init), rows: tensor.shape[0], columns: tensor.shape[1])
  }

  /// A matrix of zeros.
  public init(zerosOfRows rows: Int, columns: Int) {
    self.init([Double](repeating: 0, count: rows * columns), rows: rows, columns: columns)
  }

  /// A square matrix with the given diagonal and zeros elsewhere.
  public init(diagonal: [Double]) {
    self.init(zerosOfRows: diagonal.count, columns: diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// The identity, `size` × `size`.
  public init(identity size: Int) {
    self.init(diagonal: [Double](repeating: 1, count: size))
  }

  /// The element of a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// Rounded to 32 bits, [rows, columns].
  public var tensor: Tensor { Tensor(elements.map { Float($0) }, shape: [rows, columns]) }

  /// The diagonal, from the upper left.
  public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// The sum of the diagonal.
  public var trace: Double { diagonal.reduce(0, +) }

  /// The square root of the sum of squares.
  public var frobeniusNorm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Rows and columns exchanged: `columns` × `rows`.
  public var transposed: DoubleMatrix {
    var result = DoubleMatrix(zerosOfRows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// Half the sum of a square matrix with its transpose.
  public var symmetricPart: DoubleMatrix { 0.5 * (self + transposed) }

  /// The columns in a range, `rows` × `range.count`.
  public func columns(_ range: Range<Int>) -> DoubleMatrix {
    var result = DoubleMatrix(zerosOfRows: rows, columns: range.count)
    for i in 0..<rows { for (k, j) in range.enumerated() { result[i, k] = self[i, j] } }
    return result
  }

  /// The matrices beside each other: as many rows as both have, the columns of both.
  public func beside(_ other: DoubleMatrix) -> DoubleMatrix {
    require(
      rows == other.rows, "\(rows) and \(other.rows) rows do not stand beside each other.")
    var result = DoubleMatrix(zerosOfRows: rows, columns: columns + other.columns)
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] = self[i, j] }
      for j in 0..<other.columns { result[i, columns + j] = other[i, j] }
    }
    return result
  }

  /// Each column times a factor: A diag(factors).
  public func scalingColumns(by factors: [Double]) -> DoubleMatrix {
    require(factors.count == columns, "There is one factor for each column.")
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] *= factors[j] } }
    return result
  }

  /// The product with another matrix, either of them transposed.
  ///
  /// - Parameters:
  ///   - other: [K, N], or [N, K] where it is transposed.
  ///   - transposingSelf: whether this matrix is [K, M] instead of [M, K].
  ///   - transposingOther: whether the other is [N, K].
  /// - Returns: [M, N].
  public func times(
    _ other: DoubleMatrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> DoubleMatrix {
    let (m, k) = transposingSelf ? (columns, rows) : (rows, columns)
    let (k2, n) = transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
    require(k == k2, "\(rows) × \(columns) and \(other.rows) × \(other.columns) do not fit.")
    var result = DoubleMatrix(zerosOfRows: m, columns: n)
    guard m > 0, n > 0, k > 0 else { return result }
    GEMM.setUp()
    unsafe cblas_dgemm(
      CblasRowMajor, transposingSelf ? CblasTrans : CblasNoTrans,
      transposingOther ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, elements,
      blasint(max(1, columns)), other.elements, blasint(max(1, other.columns)), 0,
      &result.elements, blasint(n))
    return result
  }

  /// The element-wise sum of two matrices of a size.
  public static func + (a: DoubleMatrix, b: DoubleMatrix) -> DoubleMatrix { a.combined(with: b, +) }
  /// The element-wise difference of two matrices of a size.
  public static func - (a: DoubleMatrix, b: DoubleMatrix) -> DoubleMatrix { a.combined(with: b, -) }
  /// The matrix product, [M, K] by [K, N].
  public static func * (a: DoubleMatrix, b: DoubleMatrix) -> DoubleMatrix { a.times(b) }
  /// Every element times a factor.
  public static func * (factor: Double, a: DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(a.elements.map { factor * $0 }, rows: a.rows, columns: a.columns)
  }

  private func combined(with other: DoubleMatrix, _ body: (Double, Double) -> Double)
    -> DoubleMatrix
  {
    require(
      rows == other.rows && columns == other.columns,
      "\(rows) × \(columns) and \(other.rows) × \(other.columns) do not fit.")
    return DoubleMatrix(
      zip(elements, other.elements).map { body($0, $1) }, rows: rows, columns: columns)
  }
}
