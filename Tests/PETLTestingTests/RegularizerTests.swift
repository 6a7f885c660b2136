import PETL
import PETLTesting
import Testing

struct Overlap: RedundancyRegularizer {
  enum Fault: String, CaseIterable {
    case none
    case wrongGradient
    case random
    case ordered
    case infiniteAtZero
    case notAScalar
    case oneForOne
    case otherValue
    case otherGradient
  }

  struct Options: PluginOptions {
    var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }
    mutating func visit(_ options: OptionReader) { options.choice("fault", &fault, help: "which") }
  }

  let fault: Fault
  private let counter = Counter()

  private final class Counter {
    var value: Float = 0
  }

  init(options: Options) { fault = options.fault }

  func penalty(on subspaces: Subspaces) -> Tensor {
    let value = subspaces.coefficientGram.correlation().offDiagonalMean(exponent: 2)
    switch fault {
    case .wrongGradient: return .custom(from: [value], result: value) { [$0 * 0.9] }
    case .random:
      counter.value += 1
      return value * (1 + 1e-5 * counter.value)
    case .ordered: return value + subspaces.basisGram.sliced(axis: 0, 0..<1).sum() * 1e-3
    case .infiniteAtZero:
      return value + (subspaces.basis.squared().sum() / subspaces.basis.squared().sum()) * 1e-3
    case .notAScalar: return subspaces.basisGram
    case .oneForOne: return subspaces.count == 1 ? Tensor(.infinity) : value
    case .otherValue: return value * 1.0001
    case .otherGradient: return value + (value - value.detached()) * 1e-3
    case .none: return value
    }
  }

  func objection(to traits: SubspaceTraits) -> String? {
    traits.count > 1 || fault == .oneForOne ? nil : "there are no pairs"
  }

  /// From the feature maps in full.
  static func definition(_ subspaces: Subspaces) -> Tensor {
    let maps = (0..<subspaces.count).map { subspaces.featureMaps.sliced(axis: 0, $0..<$0 + 1) }
    var total = Tensor(0)
    for (i, a) in maps.enumerated() {
      for b in maps[(i + 1)...] {
        let (x, y) = (a.reshaped(Array(a.shape[1...])), b.reshaped(Array(b.shape[1...])))
        let product = x.matmul(y, transposingSelf: true).squared().sum()
        total = total + product / (x.squared().sum() * y.squared().sum())
      }
    }
    return total / Float(subspaces.pairCount)
  }
}

struct RegularizerTests {
  static let faults: [(Overlap.Fault, Set<String>)] = [
    (.none, []), (.wrongGradient, ["gradients", "definition"]),
    (.ordered, ["order", "definition"]),
    (.infiniteAtZero, ["finite", "definition"]), (.notAScalar, ["shape"]),
    (.oneForOne, ["finite"]), (.otherValue, ["definition"]), (.otherGradient, ["definition"]),
  ]

  @Test(arguments: faults)
  func findsTheFault(_ fault: Overlap.Fault, _ expected: Set<String>) {
    let found = Conformance.check(
      regularizer: Overlap.self, options: .init(fault), definition: Overlap.definition)
    #expect(found.checks == expected, "\(found)")
  }

  @Test func findsAValueThatChangesFromCallToCall() {
    let found = Conformance.check(regularizer: Overlap.self, options: .init(.random))
    #expect(found.checks.contains("determinism"))
  }

  @Test func finiteDifferencesAreLeftOutOnRequest() {
    let found = Conformance.check(
      regularizer: Overlap.self, options: .init(.wrongGradient), stopsGradients: true)
    #expect(found == [])
  }

  @Test func aFindingNamesTheCorner() {
    let found = Conformance.check(regularizer: Overlap.self, options: .init(.infiniteAtZero))
    #expect(found.contains { $0.detail.contains("B = 0") })
  }
}
