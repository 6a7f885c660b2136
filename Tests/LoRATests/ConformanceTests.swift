import LoRA
import PETL
import PETLTesting
import Testing

struct ConformanceTests {
  @Test(arguments: [
    LoRAOptions(), LoRAOptions(rank: 1), LoRAOptions(rank: 3, scale: 0.25),
    LoRAOptions(rank: 4, alpha: 16), LoRAOptions(rank: 4, alpha: 16, rslora: true),
    LoRAOptions(rank: 4, dropout: 0.5),
    LoRAOptions(rank: 4, dropout: 0.5, dropoutPosition: .bottleneck),
    LoRAOptions(rank: 4, rankDropout: 0.5), LoRAOptions(rank: 4, dropout: 0.2, rankDropout: 0.3),
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
