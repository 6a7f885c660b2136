import Tensors
import TestSupport
import Testing

struct DoubleMatrixTests {
  private func distance(_ a: DoubleMatrix, _ b: DoubleMatrix) -> Double { (a - b).frobeniusNorm }

  @Test func productsFollowTheDefinition() {
    let (a, b) = (sampleMatrix(3, 5), sampleMatrix(5, 2, seed: 2))
    let c = a * b
    for i in 0..<3 {
      for j in 0..<2 {
        let expected = (0..<5).reduce(0.0) { $0 + a[i, $1] * b[$1, j] }
        #expect(abs(c[i, j] - expected) < 1e-13)
      }
    }
    #expect(distance(a.transposed.times(b, transposingSelf: true), c) < 1e-13)
    #expect(distance(a.times(b.transposed, transposingOther: true), c) < 1e-13)
  }

  @Test(arguments: [(7, 3), (3, 7), (4, 4), (1, 5), (5, 1), (300, 8)])
  func singularValuesGiveTheMatrixBack(_ rows: Int, _ columns: Int) {
    let a = sampleMatrix(rows, columns)
    let svd = a.singularValues()
    let k = min(rows, columns)
    #expect(svd.left.columns == k)
    #expect(svd.rightTransposed.rows == k)
    #expect(distance(svd.left.scalingColumns(by: svd.values) * svd.rightTransposed, a) < 1e-11)
    let identity = DoubleMatrix(identity: k)
    #expect(distance(svd.left.times(svd.left, transposingSelf: true), identity) < 1e-12)
    let right = svd.rightTransposed.times(svd.rightTransposed, transposingOther: true)
    #expect(distance(right, identity) < 1e-12)
    #expect(svd.values == svd.values.sorted(by: >))
    #expect(svd.values.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: [(7, 3), (4, 4), (5, 1), (300, 8)])
  func qrGivesTheMatrixBack(_ rows: Int, _ columns: Int) {
    let a = sampleMatrix(rows, columns)
    let (q, r) = a.qr()
    #expect(distance(q * r, a) < 1e-11)
    #expect(distance(q.times(q, transposingSelf: true), DoubleMatrix(identity: columns)) < 1e-12)
    for i in 0..<columns {
      #expect(r[i, i] >= 0)
      for j in 0..<i { #expect(r[i, j] == 0) }
    }
  }

  @Test func eigenvectorsDiagonalise() {
    let z = sampleMatrix(9, 5)
    let g = z.times(z, transposingSelf: true)
    let (values, vectors) = g.symmetricEigen()
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(distance(g * vectors, vectors.scalingColumns(by: values)) < 1e-11)
    #expect(
      distance(vectors.times(vectors, transposingSelf: true), DoubleMatrix(identity: 5)) < 1e-12)
    let product = vectors.scalingColumns(by: values).times(vectors, transposingOther: true)
    #expect(distance(product, g) < 1e-11)
  }

  @Test func leastSquaresOfASingularMatrix() {
    let (thin, b) = (sampleMatrix(6, 2), sampleMatrix(6, 3, seed: 8))
    let a = thin * sampleMatrix(2, 5, seed: 9)
    let x = a.leastSquares(b)
    // The residual is orthogonal to A's columns, and X has no part that A does not see.
    let residual = a * x - b
    #expect(a.times(residual, transposingSelf: true).frobeniusNorm < 1e-11)
    let seen = a.singularValues().rightTransposed.transposed.columns(0..<2)
    #expect(distance(seen * seen.times(x, transposingSelf: true), x) < 1e-11)
    #expect(
      DoubleMatrix(zerosOfRows: 3, columns: 2).leastSquares(sampleMatrix(3, 1)).frobeniusNorm == 0)
  }

  @Test func thePolarFactorIsTheNearestOrthonormalMatrix() {
    let z = sampleMatrix(20, 4)
    let q = z.polarFactor()
    #expect(distance(q.times(q, transposingSelf: true), DoubleMatrix(identity: 4)) < 1e-12)
    // ZᵀQ is symmetric and positive.
    let h = q.times(z, transposingSelf: true)
    #expect(distance(h, h.transposed) < 1e-12)
    #expect(h.symmetricEigen().values.allSatisfy { $0 > 0 })
  }
}
