import Tensors
import Testing

/// Numbers come from files: none of them stops the program, and what is not finite stays so.
struct NonFiniteMatrixTests {
  static let wrong = [Double.nan, .infinity, -.infinity]

  private func isLost(_ matrix: DoubleMatrix) -> Bool {
    matrix.elements.allSatisfy { $0.isNaN }
  }

  private func matrix(_ value: Double, _ rows: Int, _ columns: Int) -> DoubleMatrix {
    var matrix = DoubleMatrix(zerosOfRows: rows, columns: columns)
    for i in 0..<rows { for j in 0..<columns { matrix[i, j] = Double(i * columns + j) } }
    matrix[1, 1] = value
    return matrix
  }

  @Test(arguments: wrong) func decompositions(_ value: Double) {
    for (rows, columns) in [(3, 3), (5, 2), (2, 5)] {
      let svd = matrix(value, rows, columns).singularValues()
      #expect(svd.values.count == 2 || rows == columns)
      #expect(svd.values.allSatisfy { $0.isNaN })
      #expect(isLost(svd.left))
      #expect(isLost(svd.rightTransposed))
    }
    let (q, r) = matrix(value, 5, 3).qr()
    #expect(q.rows == 5)
    #expect(r.rows == 3)
    #expect(isLost(q))
    #expect(isLost(r))
    let (values, vectors) = matrix(value, 3, 3).symmetricPart.symmetricEigen()
    #expect(values.allSatisfy { $0.isNaN })
    #expect(isLost(vectors))
  }

  @Test(arguments: wrong) func solutions(_ value: Double) {
    let (wrong, right) = (matrix(value, 3, 3), DoubleMatrix(identity: 3))
    #expect(isLost(wrong.leastSquares(right)))
    #expect(isLost(wrong.polarFactor()))
  }

  /// Finite elements whose squares are not.
  @Test func elementsThatOverflow() {
    let large = matrix(1e308, 4, 3)
    let svd = large.singularValues()
    #expect(svd.values.allSatisfy(\.isNaN) || svd.values.allSatisfy(\.isFinite))
    _ = large.qr()
    _ = (large.times(large, transposingSelf: true)).symmetricEigen()
  }
}
