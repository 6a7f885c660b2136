import PETL
import PETLTesting
import Testing

struct AdapterTests {
  private func checks(_ fault: Fault) -> Set<String> {
    Conformance.check(adapter: Faulty.self, options: .init(fault)).checks
  }

  static let exact: [(Fault, Set<String>)] = [
    (.none, []), (.wrongGradient, ["gradients"]), (.noGradient, ["gradients"]),
    (.dropoutAlways, ["dropout", "decomposition", "merging", "parts"]), (.ownDropout, ["parts"]),
    (.ignoresTheSeed, ["seed"]),
    (.startsFromTheClock, ["determinism"]), (.sameNames, ["parameters", "saving"]),
    (.unusedParameter, ["parameters"]), (.wrongShape, ["shape"]),
    (.otherDecomposition, ["decomposition", "merging"]), (.wrongMerge, ["merging"]),
    (.otherDirections, ["decomposition"]),
  ]

  @Test(arguments: exact)
  func findsTheFault(_ fault: Fault, _ expected: Set<String>) {
    #expect(checks(fault) == expected)
  }

  @Test(arguments: [
    (Fault.random, "determinism"), (.remembersInput, "determinism"), (.notFinite, "finite"),
    (.hiddenState, "saving"), (.looksAtOthers, "parts"),
  ])
  func findsAtLeastTheFault(_ fault: Fault, _ expected: String) {
    #expect(checks(fault).contains(expected))
  }

  @Test func aConstructionThatThrowsIsAFinding() {
    final class Refusing: Adapter {
      let parameters: [Parameter] = []
      init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) throws {
        throw DiagnosticError("no")
      }
      func delta(of x: Tensor, in pass: ForwardPass) -> Tensor { x }
    }
    let found = Conformance.check(adapter: Refusing.self, options: NoOptions())
    #expect(found.map(\.description) == ["construction: error: no"])
  }

  @Test func anAdapterWithoutRandomStartAndWithoutSubspaces() {
    final class Bias: Adapter {
      let parameters: [Parameter]
      init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
        parameters = [Parameter("bias", .zeros([site.outputWidth]), decays: false)]
      }
      func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
        parameters[0].value.broadcast(to: [x.shape[0], parameters[0].value.count])
      }
    }
    #expect(Conformance.check(adapter: Bias.self, options: NoOptions()).checks == ["seed"])
    #expect(
      Conformance.check(adapter: Bias.self, options: NoOptions(), startsAtRandom: false) == [])
  }

  @Test func aRectifiedAdapterHasKinksButNoFindings() {
    final class Rectified: SubspaceDecomposable {
      let parameters: [Parameter]
      static var supportedSites: Set<AdaptationSite.Kind> { [.mlp] }
      init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
        var generator = generator
        let down = generator.normal(8 * site.inputWidth)
        parameters = [
          Parameter("down", Tensor(down, shape: [8, site.inputWidth])),
          Parameter("up", .zeros([8, site.outputWidth])),
        ]
      }
      func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
        Subspaces(
          coefficients: x.projected(onto: parameters[0].value).relu(),
          basis: parameters[1].value, images: pass.images)
      }
    }
    for seed in 1...5 as ClosedRange<UInt64> {
      #expect(Conformance.check(adapter: Rectified.self, options: NoOptions(), seed: seed) == [])
    }
  }
}
