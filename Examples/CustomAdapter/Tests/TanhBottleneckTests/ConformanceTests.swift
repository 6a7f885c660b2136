import PETLTesting
import TanhBottleneck
import Testing

@Test(arguments: [1, 3]) func keepsTheLaws(rank: Int) {
  let findings = Conformance.checkEverywhere(
    adapter: TanhBottleneck.self, options: TanhBottleneck.Options(rank: rank))
  #expect(findings == [:])
}
