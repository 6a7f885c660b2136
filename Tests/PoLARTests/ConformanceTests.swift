import PETL
import PETLTesting
import PoLAR
import Testing

struct ConformanceTests {
  @Test(arguments: [
    PoLAROptions(rank: 4), PoLAROptions(rank: 1), PoLAROptions(rank: 3, scale: 0.25),
    PoLAROptions(rank: 4, alpha: 16), PoLAROptions(rank: 4, dropout: 0.5),
    PoLAROptions(rank: 4, theta: .diagonal), PoLAROptions(rank: 4, start: .identity),
    PoLAROptions(rank: 4, theta: .diagonal, start: .identity),
    PoLAROptions(rank: 4, theta: .fixed, start: .identity),
    PoLAROptions(rank: 4, lambda: 5e-3, lambdaConvention: .paper),
  ])
  func keepsTheLaws(_ options: PoLAROptions) {
    let findings = Conformance.check(adapter: PoLAR.self, options: options)
    #expect(findings == [])
  }

  @Test(arguments: PoLAROptions.Constraint.allCases)
  func keepsTheLawsInEveryGeometry(_ geometry: PoLAROptions.Constraint) {
    let options = PoLAROptions(rank: 4, geometry: geometry)
    let polar = Conformance.check(adapter: PoLAR.self, options: options)
    #expect(polar == [])
    let form = PoLAROptions(rank: 4, start: .identity, geometry: geometry)
    let stella = Conformance.check(adapter: StelLA.self, options: StelLAOptions(form))
    #expect(stella == [])
  }

  @Test(arguments: AdaptationSite.Kind.linear)
  func keepsTheLawsAtEverySite(_ kind: AdaptationSite.Kind) {
    let site = AdaptationSite(kind: kind, layer: 2, inputWidth: 24, outputWidth: 40)
    let polar = Conformance.check(adapter: PoLAR.self, options: PoLAROptions(), site: site)
    #expect(polar == [])
    let stella = Conformance.check(adapter: StelLA.self, options: StelLAOptions(), site: site)
    #expect(stella == [])
  }
}
