import Tensors
import TestSupport
import Testing

/// A use of a tensor [4, 6]; the result has the same shape.
struct Use: Sendable, CustomStringConvertible {
  let description: String
  let function: @Sendable (Tensor) -> Tensor

  init(_ name: String, function: @escaping @Sendable (Tensor) -> Tensor) {
    self.description = name
    self.function = function
  }

  /// Uses whose gradient arrives by different ways: as a temporary, written or added in place.
  static let all: [Use] = [
    .init("scaled") { $0 * 3 },
    .init("squared") { $0.squared() },
    .init("reshaped") { $0.reshaped([6, 4]).reshaped([4, 6]) },
    .init("plus itself") { $0 + $0 },
    .init("linear") { $0.linear(weight: sample([6, 6], 30)) },
    .init("frozen") { $0.mapped(by: DenseFrozenMap(weight: sample([6, 6], 31), bias: nil)) },
    .init("projected") { $0.projected(onto: sample([6, 6], 32)) },
    .init("expanded") { $0.expanded(in: sample([6, 6], 33)) },
    .init("layer norm") {
      $0.layerNorm(gamma: sample([6], 34), beta: sample([6], 35), eps: 1e-6)
    },
    .init("sliced") {
      .concatenated([$0.sliced(axis: 0, 2..<4), $0.sliced(axis: 0, 0..<2)], axis: 0)
    },
    .init("branch") { $0.addingBranch($0.gelu()) },
    .init("residual") {
      $0 + $0.layerNorm(gamma: sample([6], 34), beta: sample([6], 35), eps: 1e-6).gelu()
    },
  ]
}

/// A result of two tensors whose gradients share memory.
struct Sharing: Sendable, CustomStringConvertible {
  let description: String
  let function: @Sendable (Tensor, Tensor) -> Tensor

  static let all: [Sharing] = [
    .init(description: "+") { $0 + $1 },
    .init(description: "branch") { $0.addingBranch($1) },
    .init(description: "update in full") { $0.adding([ColumnUpdate(full: $1, column: 0)]) },
    .init(description: "reshaped sum") {
      ($0.reshaped([24]) + $1.reshaped([24])).reshaped([4, 6])
    },
  ]
}

@Suite("Gradients that share memory")
struct AccumulationTests {
  @Test("Adding to one never changes the other", arguments: Use.all, Sharing.all)
  func stayApart(use: Use, sharing: Sharing) {
    let upstream = sample([4, 6], 40)
    let other = sample([4, 6], 41)
    func gradient(of use: Use) -> [Float] {
      let x = sample([4, 6], 1).differentiable()
      return use.function(x).backward(from: other)[x]?.values ?? []
    }
    let own = gradient(of: use)
    // The older uses meet gradients that are there already.
    for usesBoth in [false, true] {
      let (a, b) = (sample([4, 6], 1).differentiable(), sample([4, 6], 1).differentiable())
      let older = use.function(a) * other
      let olderB = usesBoth ? use.function(b) * other : Tensor.zeros([4, 6])
      let shared = sharing.function(a, b) * upstream
      let gradients = (shared + older + olderB).sum().backward()
      let wanted = zip(upstream.values, own).map { Double($0) + Double($1) }
      let tolerance = Tolerance(2e-6, 1e-6)
      #expect(tolerance.complaint(gradients[a]?.values ?? [], wanted) == nil)
      #expect(
        tolerance.complaint(
          gradients[b]?.values ?? [], usesBoth ? wanted : upstream.values.map(Double.init)) == nil)
    }
    #expect(upstream.values == sample([4, 6], 40).values)
  }

  @Test("Both operands the same tensor", arguments: Sharing.all)
  func sameTensor(sharing: Sharing) {
    let upstream = sample([4, 6], 40)
    let a = sample([4, 6], 1).differentiable()
    let gradient = sharing.function(a, a).backward(from: upstream)[a]
    #expect(gradient?.values == upstream.values.map { 2 * $0 })
    #expect(upstream.values == sample([4, 6], 40).values)
  }

  @Test("Gradients given back do not change when the graph is walked again", arguments: Use.all)
  func gradientsStay(use: Use) {
    let a = sample([4, 6], 1).differentiable()
    let y = use.function(a) + use.function(a)
    let upstream = sample([4, 6], 40)
    let first = y.backward(from: upstream, keepingGraph: true)[a]
    let values = first?.values
    let second = y.backward(from: upstream)[a]
    #expect(first?.values == values)
    #expect(second?.values == values)
    #expect(upstream.values == sample([4, 6], 40).values)
  }
}
