import PETL
import TestSupport
import Testing

@testable import Optimization

/// SGD in what `Tests/Fixtures/make_geometry.py` wrote.
private struct SGDFixture: Decodable {
  struct Case: Decodable {
    let momentum: Double
    let nesterov: Bool
    let decay: Double
    let rate: Double
    let start: FixtureTensor
    let gradients: FixtureTensor
    let weights: FixtureTensor
  }

  let sgd: [Case]

  static func read() throws -> SGDFixture {
    try decodedFixture("geometry.json")
  }
}

@Suite struct SGDTests {
  @Test func eightStepsArePyTorchs() throws {
    let cases = try SGDFixture.read().sgd
    #expect(cases.count == 5)
    for fixture in cases {
      let parameter = Parameter("w", Tensor(fixture.start.values, shape: fixture.start.shape))
      let options = SGDOptions {
        ($0.weightDecay, $0.momentum) = (fixture.decay, fixture.momentum)
        $0.nesterov = fixture.nesterov
      }
      let rule = try SGD(options: options, parameters: TrainedParameters([("w", parameter)]))
      let count = parameter.value.count
      for step in 0..<fixture.gradients.shape[0] {
        let slope = Array(fixture.gradients.values[step * count..<(step + 1) * count])
        // The gradient of Σ w ∘ slope, halved and given a factor of 2 as clipping would.
        let gradients = parameter.value.backward(
          from: Tensor(slope.map { $0 / 2 }, shape: parameter.value.shape))
        try rule.step(gradients, rate: fixture.rate, scale: 2)
      }
      let error =
        zip(parameter.value.values, fixture.weights.values).map { abs($0 - $1) }.max() ?? 1
      #expect(error < 5e-7, "\(fixture.momentum) \(fixture.nesterov) \(fixture.decay): \(error)")
      let state = rule.state
      let names = Set(state.tensors.keys)
      #expect(names == (fixture.momentum == 0 ? [] : ["sgd.momentum.w"]))
      #expect(state.counts == ["sgd.steps": 8])
      #expect(rule.steps == 8)
    }
  }

  @Test func onlyWhatDecaysDecays() throws {
    let plain = Parameter("w", .ones([2]))
    let kept = Parameter("k", .ones([2]), decays: false)
    let options = SGDOptions { ($0.weightDecay, $0.momentum) = (0.5, 0) }
    let rule = try SGD(
      options: options, parameters: TrainedParameters([("w", plain), ("k", kept)]))
    let gradients = (plain.value + kept.value).backward(from: .zeros([2]))
    try rule.step(gradients, rate: 0.1)
    #expect(plain.value.values == [0.95, 0.95])
    #expect(kept.value.values == [1, 1])
  }

  @Test func momentumThatLooksAheadNeedsSome() throws {
    let options = SGDOptions { ($0.momentum, $0.nesterov) = (0, true) }
    let error = #expect(throws: DiagnosticError.self) {
      try SGD(options: options, parameters: TrainedParameters([]))
    }
    #expect(error?.diagnostics.map(\.message) == ["Nesterov's momentum needs a momentum above 0"])
  }
}
