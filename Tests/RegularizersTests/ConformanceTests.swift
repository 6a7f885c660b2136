import PETL
import PETLTesting
import Regularizers
import Testing

struct ConformanceTests {
  @Test func weightOrthogonality() {
    for factors in WeightOrthogonality.Factors.allCases {
      let findings = Conformance.check(
        regularizer: WeightOrthogonality.self, options: .init { $0.of = factors })
      #expect(findings == [])
    }
  }

  @Test func groupOrthogonality() {
    for factors in WeightOrthogonality.Factors.allCases {
      let findings = Conformance.check(
        regularizer: GroupOrthogonality.self, options: .init { $0.of = factors })
      #expect(findings == [])
    }
    // Groups are of neighbours: here the order counts, as it must.
    let findings = Conformance.check(
      regularizer: GroupOrthogonality.self, options: .init { $0.size = 2 })
    #expect(findings.map(\.check) == ["order"])
  }

  @Test func deCov() {
    let findings = [false, true].flatMap { value in
      Conformance.check(regularizer: DeCov.self, options: .init { $0.normalized = value })
    }
    #expect(findings == [])
  }

  @Test func vicRegVariance() {
    let findings = [1, 2].flatMap { value in
      Conformance.check(regularizer: VICRegVariance.self, options: .init { $0.gamma = value })
    }
    #expect(findings == [])
  }

  @Test func rankPressure() {
    let findings = RankPressure.Measure.allCases.flatMap { value in
      Conformance.check(regularizer: RankPressure.self, options: .init { $0.measure = value })
    }
    #expect(findings == [])
  }

  @Test func whatTheyCannotWorkOnIsRefused() {
    let nonlinear = SubspaceTraits(count: 8, hasDirections: false)
    let odd = SubspaceTraits(count: 6, hasDirections: true)
    #expect(WeightOrthogonality().objection(to: nonlinear)?.contains("of: basis") == true)
    #expect(WeightOrthogonality(options: .init { $0.of = .basis }).objection(to: nonlinear) == nil)
    let words = GroupOrthogonality().objection(to: odd)
    #expect(words == "groups of 4 rows do not divide its rank of 6")
  }

  /// 0 of a flat spectrum, 1 − 1/r of a single direction.
  @Test func rankPressureSpansItsRange() {
    let identity = DoubleMatrix(identity: 4).tensor
    let same = Tensor.ones([4, 4])
    for measure in RankPressure.Measure.allCases {
      let penalty = RankPressure(options: .init { $0.measure = measure })
      let flat = penalty.penalty(on: Subspaces(coefficients: identity, basis: identity, images: 1))
      let thin = penalty.penalty(on: Subspaces(coefficients: same, basis: same, images: 1))
      #expect(abs(flat.item) < 1e-6)
      #expect(abs(thin.item - 0.75) < 1e-5)
    }
  }
}
