import PETL
import Testing

/// The usual initial values have PyTorch's bounds and deviations; activations its formulas.
struct InitialWeightTests {
  private func statistics(_ x: Tensor) -> (mean: Double, deviation: Double, largest: Float) {
    let values = x.values.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot(), x.values.map(\.magnitude).max() ?? 0)
  }

  private func expectUniform(_ x: Tensor, _ bound: Double) {
    let found = statistics(x)
    #expect(Double(found.largest) <= bound * 1.000001)
    #expect(Double(found.largest) > 0.995 * bound)
    #expect(abs(found.mean) < 0.02 * bound)
    #expect(abs(found.deviation - bound / 3.0.squareRoot()) < 0.01 * bound)
  }

  @Test func kaimingGoesByInputs() {
    var generator = RandomGenerator(seed: 1)
    let weight = Tensor.kaimingUniform([100, 400], using: &generator)
    #expect(weight.shape == [100, 400])
    expectUniform(weight, 1 / 400.0.squareRoot())
  }

  @Test func xavierGoesByBoth() {
    var generator = RandomGenerator(seed: 1)
    expectUniform(Tensor.xavierUniform([100, 400], using: &generator), (6 / 500.0).squareRoot())
    expectUniform(Tensor.xavierUniform([400, 100], using: &generator), (6 / 500.0).squareRoot())
  }

  @Test func truncatedNormalEndsAtTwoDeviations() {
    var generator = RandomGenerator(seed: 1)
    let found = statistics(Tensor.normal([200, 200], deviation: 0.5, within: 2, using: &generator))
    #expect(found.largest <= 1)
    #expect(found.largest > 0.995)
    #expect(abs(found.mean) < 0.01)
    // √(1 − 2 · 2 φ(2) / (2 Φ(2) − 1))
    #expect(abs(found.deviation - 0.5 * 0.87962566) < 0.005)
  }

  @Test func seedsDecide() {
    let all: [(inout RandomGenerator) -> Tensor] = [
      { .kaimingUniform([3, 5], using: &$0) }, { .xavierUniform([3, 5], using: &$0) },
      { .normal([3, 5], deviation: 1, within: 2, using: &$0) },
    ]
    for make in all {
      var (a, b, c) = (
        RandomGenerator(seed: 1), RandomGenerator(seed: 1), RandomGenerator(seed: 2)
      )
      let (first, same, other) = (make(&a).values, make(&b).values, make(&c).values)
      #expect(first == same)
      #expect(first != other)
      #expect(make(&a).values != first)
    }
  }

  @Test(
    arguments: [
      // PyTorch's values at -1.5 and 2.
      (Activation.none, [-1.5, 2.0]), (.relu, [0, 2.0]), (.gelu, [-0.10021080, 1.9544997]),
      (.quickGELU, [-0.10833780, 1.9356586]), (.silu, [-0.27363829, 1.7615942]),
    ] as [(Activation, [Float])])
  func activations(_ activation: Activation, _ expected: [Float]) {
    let y = activation(Tensor([-1.5, 2])).values
    #expect(zip(y, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    var generator = RandomGenerator(seed: 3)
    // Away from the kink of ReLU.
    let x = generator.normal(20).map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }
    let check = GradientCheck.run([Tensor(x)]) { activation($0[0]) }
    #expect(check.worst < 1e-2, "\(check)")
  }
}
