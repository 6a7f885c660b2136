import PETL
import Testing

@testable import Optimization

@Suite struct SubZeroTests {
  private func rule(
    _ parameters: [Parameter], rank: Int = 4, epsilon: Double = 1e-3, seed: UInt64 = 1
  ) -> SubZero {
    let options = SubZeroOptions {
      ($0.subspaceRank, $0.refresh) = (rank, 20)
      ($0.epsilon, $0.weightDecay) = (epsilon, 0)
    }
    return SubZero(
      options: options, parameters: TrainedParameters(parameters.map { ($0.name, $0) }),
      generator: RandomGenerator(seed: seed))
  }

  /// ‖W − T‖² + ‖b − t‖², whose minimum is known.
  @Test func aQuadraticReachesItsMinimum() {
    var stream = RandomGenerator(seed: 2)
    let (target, other) = (Tensor(stream.normal(30), shape: [5, 6]), Tensor(stream.normal(4)))
    let w = Parameter("w", Tensor.zeros([5, 6]))
    let b = Parameter("b", Tensor.zeros([4]))
    let optimizer = rule([w, b])
    let objective = LossObjective {
      let recorded = (w.value - target).squared().sum() + (b.value - other).squared().sum()
      #expect(!recorded.requiresGradient)
      return recorded
    }
    let start = objective.loss()
    for _ in 0..<1500 { optimizer.step(objective, rate: 8e-3) }
    #expect(objective.loss() < 1e-2 * start)
  }

  /// The slope along the direction is that of the loss, and at a rate of zero nothing moves.
  @Test func theEstimateIsTheSlope() throws {
    var stream = RandomGenerator(seed: 3)
    let w = Parameter("w", Tensor(stream.normal(48), shape: [6, 8]))
    let slope = Tensor(stream.normal(48), shape: [6, 8])
    let optimizer = rule([w], epsilon: 1e-2)
    let before = w.value.values
    var seen: [[Float]] = []
    let objective = LossObjective {
      seen.append(w.value.values)
      return (w.value * slope).sum()
    }
    optimizer.step(objective, rate: 0)
    let norm = try #require(optimizer.estimatedNorm)
    #expect(seen.count == 2)
    let direction = zip(seen[0], seen[1]).map { ($0 - $1) / 2e-2 }
    let size = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let dot = zip(direction, slope.values).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    #expect(abs(norm - Double(abs(dot) * size)) < 0.01 * norm)
    // ‖Z̃‖² is m n / r² ‖Z‖², which is m n on average.
    #expect(size > 2)
    #expect(size < 20)
    let drift = zip(before, w.value.values).map { abs($0 - $1) }.max() ?? 1
    #expect(drift < 1e-6)
    // Rank 4 of a 6 × 8 matrix.
    let values = DoubleMatrix(Tensor(direction, shape: [8, 6])).singularValues().values
    #expect(values[3] > 1e-2 * values[0])
    #expect(values[4] < 1e-3 * values[0])
  }

  @Test func aLossThatIsNoNumberShows() throws {
    let w = Parameter("w", Tensor.zeros([3, 3]))
    let optimizer = rule([w], rank: 2)
    optimizer.step(LossObjective { Tensor(.nan) }, rate: 1)
    #expect(try #require(optimizer.estimatedNorm).isNaN)
    #expect(w.value.values.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func thinMatricesAreLookedAtAsSquare() {
    #expect(SubZero.mostSquare(8 * 768) == (96, 64))
    #expect(SubZero.mostSquare(7) == (7, 1))
    #expect(SubZero.mostSquare(1) == (1, 1))
  }
}
