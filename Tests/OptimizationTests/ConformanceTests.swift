import Optimization
import PETL
import PETLTesting
import Testing

@Suite("The rules keep the laws of optimizers") struct ConformanceTests {
  @Test func adamW() {
    #expect(Conformance.check(optimizer: AdamW.self, options: AdamWOptions()) == [])
  }

  @Test func sgd() {
    #expect(Conformance.check(optimizer: SGD.self, options: SGDOptions()) == [])
    let options = SGDOptions { ($0.momentum, $0.weightDecay) = (0, 0.1) }
    #expect(Conformance.check(optimizer: SGD.self, options: options) == [])
    let nesterov = SGDOptions { $0.nesterov = true }
    #expect(Conformance.check(optimizer: SGD.self, options: nesterov) == [])
  }

  @Test func riemannion() {
    #expect(Conformance.check(optimizer: Riemannion.self, options: RiemannionOptions()) == [])
  }

  @Test func odeLoRA() {
    #expect(Conformance.check(optimizer: ODELoRA.self, options: ODELoRAOptions()) == [])
  }

  /// The subspaces are drawn anew between the steps, and not only at the first.
  @Test func subZero() {
    let options = SubZeroOptions { ($0.subspaceRank, $0.refresh) = (2, 5) }
    #expect(Conformance.check(optimizer: SubZero.self, options: options, rate: 3e-3) == [])
  }
}
