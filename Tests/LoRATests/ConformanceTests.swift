import LoRA
import PETL
import PETLTesting
import Testing

struct ConformanceTests {
  @Test(arguments: [
    LoRAOptions(), LoRAOptions { $0.rank = 1 }, LoRAOptions { ($0.rank, $0.scale) = (3, 0.25) },
    LoRAOptions { ($0.rank, $0.alpha) = (4, 16) },
    LoRAOptions { ($0.rank, $0.alpha, $0.rslora) = (4, 16, true) },
    LoRAOptions { ($0.rank, $0.dropout) = (4, 0.5) },
    LoRAOptions { ($0.rank, $0.dropout, $0.dropoutPosition) = (4, 0.5, .bottleneck) },
    LoRAOptions { ($0.rank, $0.rankDropout) = (4, 0.5) },
    LoRAOptions { ($0.rank, $0.dropout, $0.rankDropout) = (4, 0.2, 0.3) },
  ])
  func keepsTheLaws(_ options: LoRAOptions) {
    #expect(Conformance.check(adapter: LoRA.self, options: options) == [])
  }

  @Test(arguments: AdaptationSite.Kind.linear)
  func keepsTheLawsAtEverySite(_ kind: AdaptationSite.Kind) {
    let site = AdaptationSite(kind: kind, layer: 2, inputWidth: 24, outputWidth: 40)
    let findings = Conformance.check(adapter: LoRA.self, options: LoRAOptions(), site: site)
    #expect(findings == [])
  }
}
