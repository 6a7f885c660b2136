import PETL
import TestSupport
import Testing

@testable import Optimization

@Suite("Rules that move both factors")
struct FactoredTests {
  private func relative(_ a: DoubleMatrix, _ b: DoubleMatrix) -> Double {
    (a - b).frobeniusNorm / b.frobeniusNorm
  }

  /// P_T(G) with all matrices in full.
  private func projection(_ g: DoubleMatrix, _ point: FixedRankPoint) -> DoubleMatrix {
    let (pu, pv) = (
      point.u.times(point.u, transposingOther: true), point.v.times(point.v, transposingOther: true)
    )
    return pu * g + g * pv - pu * (g * pv)
  }

  private func product(_ a: DoubleMatrix, _ b: DoubleMatrix) -> DoubleMatrix {
    b.times(a, transposingSelf: true)
  }

  /// Factors of different sizes and norms, a gradient of the whole, and those of the factors.
  private func sample() -> (
    a: DoubleMatrix, b: DoubleMatrix, g: DoubleMatrix, slopes: (a: DoubleMatrix, b: DoubleMatrix)
  ) {
    let (a, b, g) = (
      sampleMatrix(3, 12, seed: 1), 0.2 * sampleMatrix(3, 9, seed: 2), sampleMatrix(9, 12, seed: 3)
    )
    return (a, b, g, (b * g, a.times(g, transposingOther: true)))
  }

  @Test func theTangentSpaceIsThatOfTheFullMatrices() {
    let (a, b, g, slopes) = sample()
    let point = FixedRankPoint(a, b)
    let (newA, newB) = point.factors
    #expect(relative(product(newA, newB), product(a, b)) < 1e-12)
    let balance =
      newA.times(newA, transposingOther: true)
      - newB.times(newB, transposingOther: true)
    #expect(balance.frobeniusNorm < 1e-12)
    let (uG, gV) = point.projections(a, b, slopes)
    let (left, right) = point.tangent(uG, gV)
    #expect(relative(left.times(right, transposingOther: true), projection(g, point)) < 1e-11)
  }

  /// One step with everything in full: singular values to 1, projection, truncation.
  @Test func aRiemannionStepIsThatOfTheFullMatrices() {
    let (a, b, g, slopes) = sample()
    let point = FixedRankPoint(a, b)
    let (uG, gV) = point.projections(a, b, slopes)
    let next = Riemannion.step(from: point, along: point.tangent(uG, gV), rate: 0.3)
    let (newA, newB) = next.factors
    let svd = projection(g, point).singularValues()
    let signs = svd.values.map { $0 > 1e-7 * svd.values[0] ? 1.0 : 0 }
    let ortho = svd.left.scalingColumns(by: signs) * svd.rightTransposed
    let moved = (product(a, b) - 0.3 * projection(ortho, point)).singularValues()
    let kept = moved.values.enumerated().map { $0.offset < 3 ? $0.element : 0 }
    let expected = moved.left.scalingColumns(by: kept) * moved.rightTransposed
    #expect(relative(product(newA, newB), expected) < 1e-10)
  }

  /// To first order an Euler step moves the product by −η P_T(G).
  @Test func theFlowIsThatOfTheProjectedGradient() {
    let (a, b, g, slopes) = sample()
    let (rate, point) = (1e-6, FixedRankPoint(a, b))
    let moved = ODELoRA.step(a, b, slopes, rate: rate, damping: 0)
    let velocity = (1 / rate) * (product(moved.a, moved.b) - product(a, b))
    #expect(relative(velocity, (-1.0) * projection(g, point)) < 1e-4)
  }

  /// A pair of factors, and what moves.
  private func pair(
    _ a: Tensor, _ b: Tensor
  ) -> (a: Parameter, b: Parameter, parameters: TrainedParameters) {
    let (a, b) = (Parameter("a", a), Parameter("b", b))
    let factors = [FactorPair(name: "pair", directions: a, basis: b)]
    return (a, b, TrainedParameters([("a", a), ("b", b)], factors: factors))
  }

  /// ‖BᵀA − T‖² / 2 with a T of rank 3, by the rule.
  private func solve(
    _ rule: (TrainedParameters) throws -> any Optimizer, steps: Int, rate: (Int) -> Double
  ) throws -> (error: Double, balance: Double) {
    let target = product(sampleMatrix(3, 12, seed: 4), sampleMatrix(3, 9, seed: 5))
    let wanted = target.tensor
    let (a, b, parameters) = pair(.zeros([3, 12]), .zeros([3, 9]))
    let optimizer = try rule(parameters)
    let objective = LossObjective {
      (b.value.matmul(a.value, transposingSelf: true) - wanted).squared().sum().scaled(by: 0.5)
    }
    try optimizer.prepare(objective)
    var balance = 0.0
    for step in 0..<steps {
      try optimizer.step(objective, rate: rate(step))
      let (x, y) = (DoubleMatrix(a.value), DoubleMatrix(b.value))
      let difference = x.times(x, transposingOther: true) - y.times(y, transposingOther: true)
      balance = max(balance, difference.frobeniusNorm / x.frobeniusNorm / y.frobeniusNorm)
    }
    return (relative(product(DoubleMatrix(a.value), DoubleMatrix(b.value)), target), balance)
  }

  @Test func riemannionFindsAMatrixOfLowRank() throws {
    let found = try solve(
      {
        Riemannion(
          options: RiemannionOptions { $0.momentum = 0.5 }, parameters: $0,
          generator: RandomGenerator(seed: 1))
      }, steps: 300, rate: { 2 * Double(300 - $0) / 300 })
    #expect(found.error < 0.02, "\(found)")
    #expect(found.balance < 1e-6, "\(found)")
  }

  @Test func odeLoRAFindsAMatrixOfLowRank() throws {
    let found = try solve(
      {
        ODELoRA(
          options: ODELoRAOptions(), parameters: $0, generator: RandomGenerator(seed: 1))
      }, steps: 400, rate: { _ in 0.1 })
    #expect(found.error < 1e-3, "\(found)")
    #expect(found.balance < 1e-6, "\(found)")
  }

  /// ΔW₀ = α U₁..ᵣ Vᵣ₊₁..₂ᵣᵀ of the gradient's own decomposition.
  @Test func theStartIsLocallyOptimal() throws {
    let g = sampleMatrix(20, 24, seed: 6)
    let (a, b, parameters) = pair(sampleMatrix(4, 24, seed: 7).tensor, .zeros([4, 20]))
    let rule = Riemannion(
      options: RiemannionOptions { ($0.momentum, $0.startScale) = (0, 0.25) },
      parameters: parameters, generator: RandomGenerator(seed: 2))
    let slope = g.tensor
    try rule.prepare(
      LossObjective { (b.value.matmul(a.value, transposingSelf: true) * slope).sum() })
    let start = product(DoubleMatrix(a.value), DoubleMatrix(b.value))
    let values = start.singularValues()
    for index in 0..<4 { #expect(abs(values.values[index] - 0.25) < 1e-5) }
    #expect(values.values[4] < 1e-6)
    // As many probes as there are directions: the sketch is the whole gradient's decomposition.
    let svd = g.singularValues()
    let (u, v) = (svd.left.columns(0..<4), svd.rightTransposed.transposed.columns(4..<8))
    let inside = u.times(start, transposingSelf: true) * v
    // 2 r + 4 = 12 probes of 20 directions: near, not exact.
    #expect(inside.frobeniusNorm > 0.5 * start.frobeniusNorm)
  }

  /// Small maps have no 2 r directions; the start is of full rank all the same, and moves.
  @Test func aSmallMapStartsToo() throws {
    let target = sampleMatrix(5, 6, seed: 8)
    let (a, b, parameters) = pair(.zeros([4, 6]), .zeros([4, 5]))
    let rule = Riemannion(
      options: RiemannionOptions { $0.momentum = 0 }, parameters: parameters,
      generator: RandomGenerator(seed: 2))
    let objective = LossObjective {
      (b.value.matmul(a.value, transposingSelf: true) - target.tensor).squared().sum()
    }
    try rule.prepare(objective)
    let start = product(DoubleMatrix(a.value), DoubleMatrix(b.value))
    #expect(abs(start.singularValues().values[3] - 0.01) < 1e-6)
    try rule.step(objective, rate: 0.1)
    let moved = product(DoubleMatrix(a.value), DoubleMatrix(b.value))
    #expect((moved - target).frobeniusNorm < (start - target).frobeniusNorm)
  }
}
