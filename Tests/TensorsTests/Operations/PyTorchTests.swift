import Tensors
import TestSupport
import Testing

@Suite("Operations agree with PyTorch")
struct PyTorchTests {
  @Test("Output and every gradient", arguments: Fixture.cases)
  func agrees(_ fixture: Fixture.Case) {
    let inputs = fixture.inputs.enumerated().map { position, input in
      fixture.frozen.contains(position) ? input.tensor : input.tensor.differentiable()
    }
    let output = fixture.run(inputs)
    let tolerance = fixture.tolerance
    #expect(tolerance.complaint(output, fixture.output) == nil)
    let gradients = output.backward(from: fixture.upstream.tensor)
    for (position, wanted) in fixture.gradients.enumerated() {
      let gradient = gradients[inputs[position]]
      guard let wanted else {
        #expect(gradient == nil, "input \(position) is frozen")
        continue
      }
      guard let gradient else {
        Issue.record("input \(position) has no gradient")
        continue
      }
      #expect(tolerance.complaint(gradient, wanted) == nil, "gradient of input \(position)")
    }
  }

  @Test("The values are the same without recording", arguments: Fixture.cases)
  func agreesWithoutGradient(_ fixture: Fixture.Case) {
    let output = noGradient { fixture.run(fixture.inputs.map { $0.tensor.differentiable() }) }
    #expect(!output.requiresGradient)
    #expect(fixture.tolerance.complaint(output, fixture.output) == nil)
  }

  @Test("Ten steps of AdamW", arguments: Fixture.shared.adamW)
  func adamW(_ fixture: Fixture.Optimizer) {
    let count = fixture.start.values.count
    let weight = fixture.start.tensor
    let first = Tensor.zeros([count])
    let second = Tensor.zeros([count])
    for number in 1...10 {
      let row = (number - 1) * count..<number * count
      AdamWStep(number: number, rate: fixture.rate, beta2: fixture.beta2, decay: fixture.decay)
        .apply(
          to: weight, gradient: Tensor(Array(fixture.gradients.values[row])), first: first,
          second: second)
      let wanted = fixture.weights.values[row].map(Double.init)
      #expect(Tolerance(3e-7, 3e-7).complaint(weight.values, wanted) == nil, "step \(number)")
    }
    #expect(Tolerance(1e-7, 5e-7).complaint(first, fixture.first) == nil)
    #expect(Tolerance(0, 1e-6).complaint(second, fixture.second) == nil)
  }
}
