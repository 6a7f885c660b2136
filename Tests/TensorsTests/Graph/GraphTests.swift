import Tensors
import TestSupport
import Testing

@Suite("Graphs")
struct GraphTests {
  @Test("Nothing is recorded inside noGradient, and recording goes on after it")
  func noRecording() throws {
    struct Stop: Error {}
    let x = sample([5]).differentiable()
    let inside = noGradient { (x * x, noGradient { x + x }, x.exp()) }
    #expect(!inside.0.requiresGradient)
    #expect(!inside.1.requiresGradient)
    #expect(!inside.2.requiresGradient)
    #expect(throws: Stop.self) { try noGradient { throw Stop() } }
    #expect((x * x).requiresGradient)
    #expect(!(x.detached() * 2).requiresGradient)
    #expect(x.detached().squared().sum().backward()[x] == nil)
  }

  @Test("A tensor that is used several times collects all its gradients")
  func sharedInput() {
    let x = Tensor([1, -2, 3]).differentiable()
    let y = (x + x) * x + x.sliced(axis: 0, 1..<3).sum() + x.gathered([0, 0, 2])
    let gradient = y.sum().backward()[x]
    // 4 x, 3 for each of the last two, and how often each was gathered.
    let wanted: [Float] = [6, -5, 16]
    #expect(gradient?.values == wanted)
  }

  @Test("A leaf is its own gradient's start")
  func leafAsResult() {
    let x = sample([3]).differentiable()
    let weights = sample([3], 2)
    #expect(x.backward(from: weights)[x]?.values == weights.values)
    #expect(Tensor(2).differentiable().squared().backward()[x] == nil)
  }

  @Test("Walking a kept graph twice gives the same gradients")
  func twice() {
    let x = sample([4, 9], 1).differentiable()
    let w = sample([5, 9], 2).differentiable()
    let y = x.addingBranch(x.gelu()).linear(weight: w).softmax().squared().sum()
    let first = y.backward(keepingGraph: true)
    let kept = [first[x], first[w]].map { $0?.values }
    let second = y.backward(keepingGraph: true)
    let third = y.backward()
    #expect([second[x], second[w]].map { $0?.values } == kept)
    #expect([third[x], third[w]].map { $0?.values } == kept)
    #expect([first[x], first[w]].map { $0?.values } == kept)
  }

  @Test("Gradients of two passes add up, and the first pass's own stay as they were")
  func addingGradients() {
    let (x, z) = (sample([5], 1).differentiable(), sample([5], 2).differentiable())
    var sum = x.squared().sum().backward()
    let first = sum[x]
    sum.add((x * 3 + z).sum().backward())
    sum.add(Gradients())
    #expect(sum[x]?.values == x.values.map { 2 * $0 + 3 })
    #expect(sum[z]?.values == [1, 1, 1, 1, 1])
    #expect(first?.values == x.values.map { 2 * $0 })
  }

  @Test("An operation of one's own")
  func custom() {
    func cubed(_ x: Tensor) -> Tensor {
      Tensor.custom(from: [x], result: x * x * x) { gradient in [3 * gradient * x * x] }
    }
    let check = GradientCheck.run([sample([7])]) { cubed($0[0]) }
    #expect(check.worst < 2e-3, "\(check)")
    #expect(!cubed(sample([7])).requiresGradient)
    let (x, z) = (sample([3], 1).differentiable(), sample([3], 2).differentiable())
    let y = Tensor.custom(from: [x, sample([2]), z], result: x + z) { [$0, $0, nil] }
    let gradients = y.backward(from: Tensor([1, 2, 3]))
    #expect(gradients[x]?.values == [1, 2, 3])
    #expect(gradients[z] == nil)
  }

  @Test("A custom operation may give one tensor to two inputs, or keep what it gives")
  func customSharing() {
    let (x, z) = (sample([3], 1).differentiable(), sample([3], 2).differentiable())
    let constant = Tensor([5, 6, 7])
    let older = x * 2
    let y = Tensor.custom(from: [x, z], result: x.detached()) { _ in [constant, constant] }
    let gradients = (y + older).sum().backward()
    #expect(gradients[x]?.values == [7, 8, 9])
    #expect(gradients[z]?.values == [5, 6, 7])
    #expect(constant.values == [5, 6, 7])
  }

  @Test("A long graph is dropped without running out of stack")
  func longGraph() {
    let x = sample([2]).differentiable()
    var y = x
    for _ in 0..<3_000 { y = y + 1 }
    #expect(y.backward(from: Tensor([1, 2]), keepingGraph: true)[x]?.values == [1, 2])
  }

  @Test("In-place updates never reach another tensor's memory")
  func valuesStay() {
    let base = sample([4, 6], 1)
    let values = base.values
    let view = base.sliced(axis: 0, 1..<3)
    let delta = sample([4, 2], 2)
    var wanted = values
    for row in 0..<4 {
      for column in 0..<2 { wanted[row * 6 + 4 + column] += delta.values[row * 2 + column] }
    }
    #expect(base.adding([ColumnUpdate(full: delta, column: 4)]).values == wanted)
    #expect(view.reshaped([4, 3]).adding([ColumnUpdate(full: delta, column: 1)]).shape == [4, 3])
    #expect(base.addingBranch(base).values == values.map { 2 * $0 })
    #expect(base.reshaped([24]).addingBranch(base.reshaped([24])).values == values.map { 2 * $0 })
    let same = base.adding([ColumnUpdate(full: base, column: 0)])
    #expect(same.values == values.map { 2 * $0 })
    let low = sample([4, 6], 3)
    let basis = low.sliced(axis: 0, 0..<1)
    let moved = low.adding([
      ColumnUpdate(lowRank: low.sliced(axis: 1, 0..<1), basis, column: 0)
    ])
    let first = Double(low.values[0])
    #expect(Tolerance(1e-6, 0).accepts(moved.values[0], first + first * first))
    #expect(base.values == values)
  }
}
