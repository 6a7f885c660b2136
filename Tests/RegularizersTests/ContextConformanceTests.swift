import PETL
import PETLTesting
import Regularizers
import Testing

/// The laws, for every variant of the regularizers that see the whole step.
struct ContextConformanceTests {
  typealias Factors = WeightOrthogonality.Factors

  @Test(arguments: [1, 2], Factors.allCases)
  func oLoRA(_ power: Int, _ factors: Factors) {
    for reference in [["one"], ["one", "two"]] {
      let findings = Conformance.check(
        regularizer: OLoRA.self,
        options: .init { ($0.reference, $0.power, $0.of) = (reference, power, factors) })
      #expect(findings == [])
    }
  }

  @Test(arguments: CLoRA.Directions.allCases, Factors.allCases)
  func cLoRA(_ p: CLoRA.Directions, _ factors: Factors) {
    let findings = [2, 64].flatMap { k in
      Conformance.check(
        regularizer: CLoRA.self, options: .init { ($0.p, $0.k, $0.of) = (p, k, factors) })
    }
    #expect(findings == [])
  }

  @Test(arguments: DeltaNorm.Norm.allCases, [false, true])
  func deltaNorm(_ p: DeltaNorm.Norm, _ isSquared: Bool) {
    let findings = Conformance.check(
      regularizer: DeltaNorm.self, options: .init { ($0.p, $0.squared) = (p, isSquared) })
    #expect(findings == [])
  }

  @Test(arguments: Keep.Distance.allCases, [1.0, 3])
  func keep(_ distance: Keep.Distance, _ temperature: Double) {
    let findings = Conformance.check(
      regularizer: Keep.self,
      options: .init { ($0.distance, $0.temperature) = (distance, temperature) })
    #expect(findings == [])
  }

  @Test(arguments: ReSoRAAcross.Pairs.allCases, [1, 2])
  func resoraAcross(_ pairs: ReSoRAAcross.Pairs, _ exponent: Int) {
    let findings = Conformance.check(
      regularizer: ReSoRAAcross.self,
      options: .init { ($0.pairs, $0.exponent) = (pairs, exponent) })
    #expect(findings == [])
  }

  @Test(arguments: Intruder.Mode.allCases, Factors.allCases)
  func intruder(_ mode: Intruder.Mode, _ factors: Factors) {
    let findings = Conformance.check(
      regularizer: Intruder.self,
      options: .init { ($0.mode, $0.of, $0.k) = (mode, factors, 2) })
    #expect(findings == [])
  }

  @Test(arguments: Factors.allCases)
  func orthogonal(_ factors: Factors) {
    let findings = Conformance.check(
      regularizer: Orthogonal.self, options: .init { $0.of = factors })
    #expect(findings == [])
  }

  @Test(arguments: [1e-3, 0.1])
  func logDet(_ epsilon: Double) {
    let findings = Conformance.check(
      regularizer: LogDet.self, options: .init { $0.epsilon = epsilon })
    #expect(findings == [])
  }

  @Test func oLoRAWantsAReference() {
    let error = #expect(throws: DiagnosticError.self) { try OLoRA(options: .init()) }
    #expect(
      error.map { "\($0)" } == """
        error: o-lora compares with earlier adapters, and 'reference' names none
          write reference: [runs/first], with a run's folder or an adapter's
        """)
  }

  @Test(arguments: Factors.allCases)
  func whatHasNoDirectionsIsRefused(_ factors: Factors) throws {
    let site = AdaptationSite(kind: .mlp, layer: 0, inputWidth: 7, outputWidth: 6)
    let sites = [
      SiteTraits(site: site, subspaces: SubspaceTraits(count: 3, hasDirections: false))
    ]
    let words = "the adapter is not linear and has no input directions; use of: basis"
    let expected = factors == .basis ? nil : words
    let oLoRA = try OLoRA(options: .init { ($0.reference, $0.of) = (["one"], factors) })
    #expect(oLoRA.objection(to: sites) == expected)
    #expect(CLoRA(options: .init { $0.of = factors }).objection(to: sites) == expected)
    #expect(Orthogonal(options: .init { $0.of = factors }).objection(to: sites) == expected)
  }
}
