import ARC
import AdaptFormer
import Bottleneck
import PETL
import PETLTesting
import RepAdapter
import Testing

/// The laws, at every site and for every variant of options.
struct ConformanceTests {
  @Test(arguments: [
    AdaptFormerOptions { $0.rank = 4 },
    AdaptFormerOptions { ($0.rank, $0.scale, $0.dropout) = (1, 10, 0) },
    AdaptFormerOptions { ($0.rank, $0.scale, $0.trainsScale, $0.dropout) = (3, 1, true, 0.5) },
    AdaptFormerOptions { ($0.rank, $0.biases, $0.activation) = (4, false, .gelu) },
    AdaptFormerOptions { ($0.rank, $0.activation) = (4, .none) },
    AdaptFormerOptions { ($0.rank, $0.biases, $0.activation) = (4, false, .none) },
    AdaptFormerOptions {
      ($0.rank, $0.trainsScale, $0.biases, $0.activation) = (4, true, false, .silu)
    },
  ])
  func adaptFormer(_ options: AdaptFormerOptions) {
    let findings = Conformance.checkEverywhere(adapter: AdaptFormer.self, options: options)
    #expect(findings == [:])
  }

  @Test(arguments: [
    RepAdapterOptions { $0.rank = 4 },
    RepAdapterOptions { ($0.rank, $0.groups, $0.scale) = (3, 1, 0.1) },
    RepAdapterOptions { ($0.rank, $0.groups, $0.biases) = (6, 3, false) },
    RepAdapterOptions { ($0.rank, $0.scale, $0.dropout) = (4, 10, 0) },
  ])
  func repAdapter(_ options: RepAdapterOptions) {
    let findings = Conformance.checkEverywhere(adapter: RepAdapter.self, options: options)
    #expect(findings == [:])
  }

  @Test(arguments: [
    ARCOptions { $0.rank = 4 }, ARCOptions { ($0.rank, $0.dropout) = (1, 0) },
    ARCOptions { ($0.rank, $0.mlpStart) = (12, .zero) },
  ])
  func arc(_ options: ARCOptions) {
    let findings = Conformance.checkEverywhere(adapter: ARC.self, options: options)
    #expect(findings == [:])
  }

  static let changes: [@Sendable (inout BottleneckSettings) -> Void] = [
    { _ in }, { $0.activation = .none }, { ($0.activation, $0.biases) = (.none, false) },
    { ($0.scaling, $0.scale) = (.channel, 0.5) }, { ($0.scaling, $0.dropout) = (.learned, 0.3) },
    { ($0.dropPath, $0.dropout) = (0.5, 0.5) }, { ($0.dropPath, $0.biases) = (0.4, false) },
    { ($0.initialization, $0.activation) = (.lora, .quickGELU) },
    { ($0.initialization, $0.scale) = (.xavier, 0.1) },
    { ($0.initialization, $0.size) = (.truncated, .reduction(5)) },
  ]

  private func check<Variant: BottleneckVariant>(
    _ type: Variant.Type, _ change: (inout BottleneckSettings) -> Void
  ) -> [String: [ConformanceFinding]] {
    Conformance.checkEverywhere(
      adapter: BottleneckAdapter<Variant>.self, options: settings(type, change))
  }

  @Test(arguments: changes.indices)
  func houlsby(_ index: Int) {
    let findings = check(HoulsbyVariant.self, Self.changes[index])
    #expect(findings == [:])
  }

  @Test(arguments: changes.indices)
  func pfeiffer(_ index: Int) {
    let findings = check(PfeifferVariant.self, Self.changes[index])
    #expect(findings == [:])
  }

  @Test(arguments: changes.indices)
  func adapterPlus(_ index: Int) {
    let findings = check(AdapterPlusVariant.self, Self.changes[index])
    #expect(findings == [:])
  }
}
