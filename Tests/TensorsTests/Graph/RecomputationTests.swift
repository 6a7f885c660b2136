import Testing

@testable import Tensors

/// Parts of a graph that are run again on the way back.
@Suite struct RecomputationTests {
  private let x: Tensor
  private let w: Tensor

  init() {
    var generator = RandomGenerator(seed: 5)
    x = Tensor(generator.uniform(12, in: -1..<1), shape: [3, 4]).differentiable()
    w = Tensor(generator.uniform(20, in: -1..<1), shape: [4, 5]).differentiable()
  }

  private func part(_ x: Tensor) -> [Tensor] {
    let h = x.matmul(w).tanh()
    return [h, h.squared(), w.scaled(by: 2)]
  }

  /// Two of three results are used, one twice; the parameter is used outside too.
  private func loss(_ found: [Tensor]) -> Tensor {
    let weighed = found[0] * found[1] + found[0]
    return weighed.sum(over: [0, 1]) + w.squared().sum(over: [0, 1])
  }

  @Test func gradientsAreThoseOfTheGraph() throws {
    let plain = loss(part(x)).backward()
    var runs = 0
    let found = Tensor.recomputing(x, parameters: [w], first: part) { x in
      runs += 1
      return part(x)
    }
    #expect(found.map(\.shape) == [[3, 5], [3, 5], [4, 5]])
    let total = loss(found)
    #expect(runs == 0)
    let gradients = total.backward()
    #expect(runs == 1)
    for leaf in [x, w] {
      let (own, wanted) = (try #require(gradients[leaf]), try #require(plain[leaf]))
      for (a, b) in zip(own.values, wanted.values) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test func nothingIsRunAgainWhereNoGradientComes() {
    let found = Tensor.recomputing(x, parameters: [w], first: part) { _ in
      Issue.record("The part was run again.")
      return []
    }
    _ = (found[0].detached() * x.sliced(axis: 1, 0..<1)).sum(over: [0, 1]).backward()
    let outside = noGradient {
      Tensor.recomputing(x, parameters: [w], first: part) { _ in [] }
    }
    #expect(outside[0].backward(from: found[0].detached())[x] == nil)
  }

  @Test func partsFollowEachOther() throws {
    func chain(_ x: Tensor) -> Tensor {
      (0..<3).reduce(x) { x, _ in
        Tensor.recomputing(x, parameters: [w]) {
          [$0.matmul(w).tanh().matmul(w.transposed())]
        } again: {
          [$0.matmul(w).tanh().matmul(w.transposed())]
        }[0]
      }
    }
    let plain = (0..<3).reduce(x) { x, _ in x.matmul(w).tanh().matmul(w.transposed()) }
    let (own, wanted) = (
      chain(x).sum(over: [0, 1]).backward(), plain.sum(over: [0, 1]).backward()
    )
    for leaf in [x, w] {
      for (a, b) in zip(try #require(own[leaf]).values, try #require(wanted[leaf]).values) {
        #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
      }
    }
  }
}
