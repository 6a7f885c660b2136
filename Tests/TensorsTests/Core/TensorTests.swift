import Tensors
import TestSupport
import Testing

@Suite("Tensors")
struct TensorTests {
  @Test("Shapes, elements and what is shared")
  func basics() {
    let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(x.shape == [2, 3])
    #expect(x.count == 6)
    #expect(x.rank == 2)
    #expect(Tensor(4).shape == [])
    #expect(Tensor(4).item == 4)
    #expect(Tensor([Float]()).count == 0)
    #expect(Tensor.zeros([0, 3]).values.isEmpty)
    #expect(Tensor.ones([2, 2]).values == [1, 1, 1, 1])
    let (view, copy) = (x.reshaped([3, -1]), x.copied())
    x.assign([6, 5, 4, 3, 2, 1])
    #expect(view.values == [6, 5, 4, 3, 2, 1])
    #expect(view.shape == [3, 2])
    #expect(x.sliced(axis: 0, 1..<2).values == [3, 2, 1])
    #expect(copy.values == [1, 2, 3, 4, 5, 6])
    x.assign(copy)
    #expect(view.values == copy.values)
  }

  @Test("Leaves are told apart by identity, not by memory")
  func leaves() {
    let x = sample([3])
    let (a, b) = (x.differentiable(), x.differentiable())
    let gradients = (a * 2 + b * 3).sum().backward()
    #expect(gradients[a]?.values == [2, 2, 2])
    #expect(gradients[b]?.values == [3, 3, 3])
    #expect(gradients[x] == nil)
    #expect(!x.requiresGradient)
    #expect(a.requiresGradient)
    #expect(a.detached().values == x.values)
    #expect(!a.detached().requiresGradient)
  }

  @Test("A tensor in words")
  func description() {
    #expect("\(Tensor([1, 2.5]))" == "Tensor[2][1.0, 2.5]")
    #expect("\(Tensor.zeros([3, 3]))".hasSuffix("0.0, …]"))
  }

  @Test("NaN goes through every function, reduction and product")
  func notANumber() {
    let x = Tensor([1, .nan, 2, 0.5])
    for y in [
      x.exp(), x.log(), x.sqrt(), x.abs(), x.squared(), x.relu(), x.gelu(), x.quickGELU(), x.tanh(),
      x.sigmoid(), x.reciprocal(), x.sin(), x.cos(), x.sign(), x.clamped(to: -1...1), x * 0, x + 1,
    ] {
      #expect(y.values.map { $0.isNaN } == [false, true, false, false])
    }
    let row = x.reshaped([1, 4])
    let normal = row.layerNorm(gamma: .ones([4]), beta: .zeros([4]), eps: 1e-6)
    for y in [
      x.softmax(), x.sum(), x.mean(), normal, row.matmul(.zeros([4, 3])), row.crossEntropy([0]),
      row.projected(onto: .zeros([2, 4])), row.expanded(in: .zeros([4, 17])),
      row.mapped(by: DenseFrozenMap(weight: .zeros([5, 4]), bias: nil)),
    ] {
      #expect(y.values.allSatisfy { $0.isNaN })
    }
  }
}
