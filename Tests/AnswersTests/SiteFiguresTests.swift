import Foundation
import PETL
import Testing

@testable import Answers

/// The figures of ΔW = Bᵀ A against what they are defined as.
@Suite struct SiteFiguresTests {
  private func random(_ rows: Int, _ columns: Int, _ name: String) -> DoubleMatrix {
    var generator = RandomGenerator(seed: 7).split(name)
    return DoubleMatrix(Tensor(generator.normal(rows * columns), shape: [rows, columns]))
  }

  /// From the factors and from the whole matrix alike, also where the rank is larger than a side.
  @Test(arguments: [(3, 7, 5), (6, 4, 5), (5, 5, 2)])
  func spectrum(_ rank: Int, _ inputs: Int, _ outputs: Int) throws {
    let (a, b) = (random(rank, inputs, "a"), random(rank, outputs, "b"))
    let change = b.times(a, transposingSelf: true)
    let (factors, whole) = (
      SiteFigures("x", directions: a, basis: b), SiteFigures("x", change: change)
    )
    #expect(factors.rank == rank)
    #expect(whole.rank == nil)
    #expect(factors.isFinite)
    for figure in [\SiteFigures.norm, \.stableRank, \.effectiveRank] {
      let (one, other) = (try #require(factors[keyPath: figure]), whole[keyPath: figure] ?? 0)
      #expect(abs(one - other) < 1e-10 * one)
    }
    #expect(abs((factors.norm ?? 0) - change.frobeniusNorm) < 1e-10)
  }

  /// Singular values 3 and 1: 10 / 9, and exp of the entropy of (¾, ¼).
  @Test func ranks() throws {
    let figures = SiteFigures(
      "x", directions: DoubleMatrix([1, 0, 0, 0, 1, 0], rows: 2, columns: 3),
      basis: DoubleMatrix([3, 0, 0, 1], rows: 2, columns: 2))
    #expect(abs((figures.stableRank ?? 0) - 10.0 / 9) < 1e-12)
    let entropy = -(0.75 * log(0.75) + 0.25 * log(0.25))
    #expect(abs((figures.effectiveRank ?? 0) - exp(entropy)) < 1e-12)
    #expect(figures.overlapOfA == 0)
    #expect(figures.overlapOfB == 0)
    #expect(figures.redundancyOfWeights == 0)
    #expect(figures.deadParts == 0)
  }

  /// Two parallel parts and one that is orthogonal to both; one of zeros does not count.
  @Test func overlaps() throws {
    let a = DoubleMatrix([1, 0, 0, -2, 0, 0, 0, 5, 0, 0, 0, 0], rows: 4, columns: 3)
    let b = DoubleMatrix([1, 1, 2, 2, 3, 3, 1, -1], rows: 4, columns: 2)
    let figures = SiteFigures("x", directions: a, basis: b)
    #expect(figures.deadParts == 1)
    // Of the living rows' six ordered pairs two have a cosine of ±1.
    #expect(abs((figures.overlapOfA ?? 0) - (2.0 / 6).squareRoot()) < 1e-12)
    // All of B's first three rows are parallel, the last is orthogonal to them: 6 of 12.
    #expect(abs((figures.overlapOfB ?? 0) - 0.5.squareRoot()) < 1e-12)
    // One of six pairs is the same map up to a factor.
    #expect(abs((figures.redundancyOfWeights ?? 0) - 1.0 / 6) < 1e-12)
  }

  @Test func edges() {
    let zero = SiteFigures(
      "x", directions: random(2, 3, "a"), basis: DoubleMatrix(zerosOfRows: 2, columns: 4))
    #expect(zero.norm == 0)
    #expect(zero.stableRank == nil)
    #expect(zero.effectiveRank == nil)
    #expect(zero.deadParts == 2)
    #expect(zero.overlapOfB == nil)
    let single = SiteFigures("x", directions: random(1, 3, "a"), basis: random(1, 3, "b"))
    #expect(single.overlapOfA == nil)
    #expect(single.redundancyOfWeights == nil)
    #expect(abs((single.stableRank ?? 0) - 1) < 1e-12)
    var broken = random(2, 3, "a")
    broken[0, 0] = .nan
    let wrong = SiteFigures("x", directions: broken, basis: random(2, 3, "b"))
    #expect(!wrong.isFinite)
    #expect(wrong.norm == nil)
    #expect(wrong.overlapOfB == nil)
    #expect(wrong.rank == 2)
  }

  /// Factors that are finite, with a scale that makes their products infinite.
  @Test func overflow() {
    let (a, b) = (random(2, 8, "a"), 5e307 * random(2, 24, "b"))
    for figures in [
      SiteFigures("x", directions: a, basis: b), SiteFigures("x", basis: b),
      SiteFigures("x", change: b.times(a, transposingSelf: true)),
    ] {
      #expect(!figures.isFinite)
      #expect(figures.name == "x")
      #expect(figures.norm == nil)
      #expect(figures.singularValues == nil)
      #expect(figures.overlapOfB == nil)
    }
  }
}
