import PETL
import PETLTesting
import PoLAR
import Testing

struct ConformanceTests {
  @Test(arguments: [
    PoLAROptions { $0.rank = 4 }, PoLAROptions { $0.rank = 1 },
    PoLAROptions { ($0.rank, $0.scale) = (3, 0.25) },
    PoLAROptions { ($0.rank, $0.alpha) = (4, 16) },
    PoLAROptions { ($0.rank, $0.dropout) = (4, 0.5) },
    PoLAROptions { ($0.rank, $0.theta) = (4, .diagonal) },
    PoLAROptions { ($0.rank, $0.start) = (4, .identity) },
    PoLAROptions { ($0.rank, $0.theta, $0.start) = (4, .diagonal, .identity) },
    PoLAROptions { ($0.rank, $0.theta, $0.start) = (4, .fixed, .identity) },
    PoLAROptions { ($0.rank, $0.lambda, $0.lambdaConvention) = (4, 5e-3, .paper) },
  ])
  func keepsTheLaws(_ options: PoLAROptions) {
    let findings = Conformance.check(adapter: PoLAR.self, options: options)
    #expect(findings == [])
  }

  @Test(arguments: PoLAROptions.Constraint.allCases)
  func keepsTheLawsInEveryGeometry(_ geometry: PoLAROptions.Constraint) {
    let options = PoLAROptions { ($0.rank, $0.geometry) = (4, geometry) }
    let polar = Conformance.check(adapter: PoLAR.self, options: options)
    #expect(polar == [])
    let form = PoLAROptions { ($0.rank, $0.start, $0.geometry) = (4, .identity, geometry) }
    let stella = Conformance.check(adapter: StelLA.self, options: StelLAOptions { $0.form = form })
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
