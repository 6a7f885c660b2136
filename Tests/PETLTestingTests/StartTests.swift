import PETL
import PETLTesting
import Testing

/// Where an adapter starts.
@Suite struct StartTests {
  private final class Moved: Adapter {
    let parameters: [Parameter]
    let startsAtNetwork: Bool

    init(site: AdaptationSite, options: Elsewhere, generator: RandomGenerator) {
      var generator = generator
      parameters = [
        Parameter("shift", .normal([site.outputWidth], deviation: 1, using: &generator))
      ]
      startsAtNetwork = !options.means
    }

    func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
      parameters[0].value.broadcast(to: [x.shape[0], parameters[0].value.count])
    }
  }

  private struct Elsewhere: PluginOptions {
    var means = false
    init() {}
    mutating func visit(_ options: OptionReader) {
      options.boolean("means", &means, help: "whether it means to")
    }
  }

  @Test func anAdapterThatDoesNotStartAtTheNetworkIsReported() throws {
    let found = Conformance.check(adapter: Moved.self, options: Elsewhere())
    #expect(found.map(\.check) == ["start"])
    #expect(found.first?.detail.contains("before anything is trained") == true)
  }

  @Test func notWhereItMeansTo() {
    var options = Elsewhere()
    options.means = true
    #expect(Conformance.check(adapter: Moved.self, options: options) == [])
  }
}
