import PETL
import Testing

/// A parameter changes; the tensors that were taken from it, or that it was made from, do not.
@Suite("Parameters")
struct ParameterTests {
  private let start: [Float] = [1, 2, 3, 4]

  @Test("An update reaches no other tensor")
  func updates() {
    let source = Tensor(start, shape: [2, 2])
    let parameter = Parameter("w", source)
    let taken = parameter.value
    let view = parameter.value.reshaped([4])
    let next = Tensor([5, 6, 7, 8], shape: [2, 2])
    parameter.update(to: next)
    #expect(parameter.value.values == [5, 6, 7, 8])
    for other in [source, taken, view] { #expect(other.values == start) }
    parameter.update(to: [0, 0, 0, 0])
    #expect(parameter.value.values == [0, 0, 0, 0])
    #expect(next.values == [5, 6, 7, 8])
    #expect(taken.values == start)
  }

  @Test("A kernel that writes in place reaches no other tensor")
  func inPlace() {
    let source = Tensor(start)
    let parameter = Parameter("w", source)
    let taken = parameter.value
    for step in 1...2 {
      parameter.updateInPlace { $0.assign($0 + 1) }
      #expect(parameter.value.values == start.map { $0 + Float(step) })
    }
    #expect(source.values == start)
    #expect(taken.values == start)
  }

  @Test("An updated parameter is the same leaf, and its gradient is that of the value in force")
  func leaves() {
    let parameter = Parameter("w", Tensor([3]))
    let before = parameter.value
    parameter.update(to: before.detached() + 2)
    let gradients = parameter.value.squared().sum().backward()
    #expect(gradients[parameter.value]?.values == [10])
    #expect(gradients[before]?.values == [10])
  }

  @Test("A constant has no gradient, before and after an update")
  func constants() {
    let parameter = Parameter("w", Tensor([3]).differentiable(), isTrained: false)
    #expect(!parameter.value.requiresGradient)
    parameter.update(to: Tensor([4]).differentiable())
    #expect(!parameter.value.requiresGradient)
  }
}
