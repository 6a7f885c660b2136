import PETL
import TestSupport
import Testing

struct GaugeTests {
  /// Coefficients that share much, the basis and the input directions of a LoRA.
  private func sample() -> (s: DoubleMatrix, a: DoubleMatrix, b: DoubleMatrix) {
    let x = sampleMatrix(300, 20, seed: 1)
    let mix =
      sampleMatrix(5, 5, seed: 2) + 2
      * DoubleMatrix([Double](repeating: 1, count: 25), rows: 5, columns: 5)
    let a = mix * sampleMatrix(5, 20, seed: 3)
    return (x.times(a, transposingOther: true), a, sampleMatrix(5, 14, seed: 4))
  }

  private func relative(_ a: DoubleMatrix, _ b: DoubleMatrix) -> Double {
    (a - b).frobeniusNorm / b.frobeniusNorm
  }

  private func offDiagonal(_ m: DoubleMatrix) -> Double {
    (m - DoubleMatrix(diagonal: m.diagonal)).frobeniusNorm / m.frobeniusNorm
  }

  @Test func bothGramMatricesBecomeTheSameDiagonal() {
    let (s, a, b) = sample()
    let gram = s.times(s, transposingSelf: true)
    #expect(gram.meanCorrelation > 0.5)
    let gauge = Gauge(coefficientGram: gram, basisGram: b.times(b, transposingOther: true))
    let (s2, b2) = (s * gauge.transform, gauge.basis(b))
    #expect(relative(s2 * b2, s * b) < 1e-12)
    #expect(
      relative(
        b2.times(gauge.directions(a), transposingSelf: true), b.times(a, transposingSelf: true))
        < 1e-12)
    let (g2, m2) = (s2.times(s2, transposingSelf: true), b2.times(b2, transposingOther: true))
    #expect(offDiagonal(g2) < 1e-12)
    #expect(offDiagonal(m2) < 1e-12)
    #expect(relative(g2, m2) < 1e-11)
    #expect(zip(g2.diagonal, g2.diagonal.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(relative(gauge.transform * gauge.inverse, DoubleMatrix(identity: 5)) < 1e-11)
  }

  @Test func withoutDataItIsTheSingularValueDecomposition() {
    let (_, a, b) = sample()
    let gauged = GaugedFactors(directions: a, basis: b)
    let values = b.times(a, transposingSelf: true).singularValues().values.prefix(5)
    for (index, value) in values.enumerated() {
      let found = gauged.directions.times(gauged.directions, transposingOther: true)[index, index]
      #expect(abs(found - value) < 1e-5 * values[0])
    }
    #expect(gauged.redundancyBefore > 0.5)
    #expect(gauged.redundancyAfter < 1e-6)
    #expect(gauged.change < 2e-7)
  }

  /// Where subspaces are missing on one side or the other, the function stays and nothing blows up.
  @Test(arguments: ["no basis", "two of five in the basis", "two of five in the coefficients"])
  func degenerate(_ which: String) {
    var (s, _, b) = sample()
    let thin = sampleMatrix(5, 2, seed: 7)
    switch which {
    case "no basis": b = 0 * b
    case "two of five in the basis": b = thin * sampleMatrix(2, 14, seed: 8)
    default: s = (s * thin) * sampleMatrix(2, 5, seed: 9)
    }
    let gram = s.times(s, transposingSelf: true)
    let gauge = Gauge(coefficientGram: gram, basisGram: b.times(b, transposingOther: true))
    let (s2, b2) = (s * gauge.transform, gauge.basis(b))
    let difference = (s2 * b2 - s * b).frobeniusNorm
    #expect(difference <= 1e-6 * (s * b).frobeniusNorm)
    let isFinite = (s2.elements + b2.elements).allSatisfy(\.isFinite)
    #expect(isFinite)
    if which == "two of five in the basis" {
      #expect(s2.times(s2, transposingSelf: true).meanCorrelation < 1e-6)
      let norms = s2.times(s2, transposingSelf: true).diagonal
      #expect(norms.allSatisfy { $0 > 1e-3 * gram.trace / 5 })
    }
    if which == "no basis" { #expect(gauge.transform == DoubleMatrix(identity: 5)) }
  }

  @Test func theChangeIsMeasured() {
    let (_, a, b) = sample()
    let gauged = GaugedFactors(directions: a, basis: b)
    let expected = relative(
      gauged.basis.times(gauged.directions, transposingSelf: true),
      b.times(a, transposingSelf: true))
    #expect(abs(gauged.change - expected) < 1e-12)
    // More subspaces than the map is wide.
    let wide = GaugedFactors(
      directions: sampleMatrix(6, 4, seed: 1), basis: sampleMatrix(6, 3, seed: 2))
    #expect(wide.change < 1e-6)
  }
}
