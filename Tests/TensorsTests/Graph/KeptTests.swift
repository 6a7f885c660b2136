import TestSupport
import Testing

@testable import Tensors

@Suite("What is computed again instead of kept")
struct KeptTests {
  private let gamma = sample([6], 2)
  private let beta = sample([6], 3)

  @Test("is a layer norm's output, with the same gradients and only while it is needed")
  func layerNorm() {
    let weights = sample([5, 2], 4)
    // Whether the input has a gradient of its own, and whether the graph is walked twice.
    for (isTrained, twice) in [(true, false), (false, false), (true, true), (false, true)] {
      let x = isTrained ? sample([5, 6], 1).differentiable() : sample([5, 6], 1)
      let a = sample([2, 6], 5).differentiable()
      let b = sample([2, 6], 6).differentiable()
      weak var storage: Storage?
      func output() -> Tensor {
        let h = x.layerNorm(gamma: gamma, beta: beta, eps: 1e-6)
        storage = h.storage
        return h.projected(onto: a) + h.reshaped([5, 6]).linear(weight: b)
      }
      let y = output()
      #expect(storage == nil)
      let first = y.backward(from: weights, keepingGraph: twice)
      let plain = Tensor(x.layerNorm(gamma: gamma, beta: beta, eps: 1e-6).values, shape: [5, 6])
      let expected = weights.matmul(plain, transposingSelf: true).values.map(Double.init)
      for leaf in [a, b] {
        let complaint = Tolerance(1e-5, 1e-5).complaint(first[leaf]?.values ?? [], expected)
        #expect(complaint == nil)
      }
      if twice {
        let second = y.backward(from: weights)
        #expect(second[a]?.values == first[a]?.values)
        #expect(second[x]?.values == first[x]?.values)
      }
    }
  }

  @Test("keeps its values when the tensor's own memory is written")
  func ownMemory() {
    let x = sample([5, 6], 1)
    let a = sample([2, 6], 5).differentiable()
    let h = x.layerNorm(gamma: gamma, beta: beta, eps: 1e-6)
    let before = h.values
    let s = h.projected(onto: a)
    let moved = h.adding([ColumnUpdate(full: .ones([5, 6]), column: 0)])
    #expect(moved.values != before)
    let da = s.backward(from: .ones([5, 2]))[a]
    let sums = (0..<6).map { column in (0..<5).reduce(0.0) { $0 + Double(before[$1 * 6 + column]) }
    }
    #expect(Tolerance(1e-5, 1e-5).complaint(da?.values ?? [], sums + sums) == nil)
  }
}
