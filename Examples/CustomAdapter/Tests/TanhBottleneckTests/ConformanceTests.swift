import PETLTesting
import TanhBottleneck
import Testing

@Test(.serialized, arguments: [1, 3]) func keepsTheLaws(rank: Int) {
  let findings = Conformance.checkEverywhere(
    adapter: TanhBottleneck.self, options: TanhBottleneck.Options { $0.rank = rank })
  #expect(findings == [:])
}
