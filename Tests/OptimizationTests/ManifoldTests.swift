import PETL
import TestSupport
import Testing

@testable import Optimization

/// Problems on the Stiefel manifold whose solutions a decomposition gives, solved by every geometry
/// under both rules, with the factor stored either way round.
@Suite struct ManifoldTests {
  struct Trial: Sendable, CustomStringConvertible {
    let geometry: any ParameterGeometry
    let isSGD: Bool
    let isWide: Bool
    /// How far from the manifold it may be at any step.
    let bound: Float
    /// How far it may end.
    let endBound: Float
    var rate = 0.05

    var description: String { "\(geometry.name), \(isSGD ? "sgd" : "adamw"), wide \(isWide)" }
  }

  static let trials: [Trial] = {
    let geometries: [(any ParameterGeometry, Float)] = [
      (StiefelPolar(), 1e-5), (StiefelQR(), 1e-5), (StiefelStelLA(), 1e-5), (StiefelSPEL(), 1e-5),
      // Measured: 0.3 to 1.4 on the way, below 1e-4 at the end.
      (StiefelLanding(lambda: 1), 2),
    ]
    return geometries.flatMap { geometry, bound in
      [(true, true), (true, false), (false, true), (false, false)].map {
        Trial(
          geometry: geometry, isSGD: $0.0, isWide: $0.1, bound: bound, endBound: min(bound, 1e-3),
          rate: geometry is StiefelLanding ? 0.01 : 0.05)
      }
    }.filter { $0.isSGD || !($0.geometry is StiefelSPEL) }
  }()

  private let n = 24
  private let r = 3

  /// Lets a rule lower a loss of X [n, r] for 600 steps with a falling rate.
  private func solve(
    _ trial: Trial, loss: (Tensor) -> Tensor
  ) throws -> (value: DoubleMatrix, distance: Float, farthest: Float) {
    var generator = RandomGenerator(seed: 4)
    let start = trial.isWide ? generator.orthonormal(r, n) : generator.orthonormal(n, r)
    let parameter = Parameter("x", start, geometry: trial.geometry, decays: false)
    let named = TrainedParameters([("x", parameter)])
    let rule: any Optimizer =
      trial.isSGD
      ? try SGD(options: SGDOptions { $0.weightDecay = 0.1 }, parameters: named)
      : AdamW(options: AdamWOptions { $0.weightDecay = 0.1 }, parameters: named)
    let steps = 600
    var farthest: Float = 0
    for step in 0..<steps {
      let x = trial.isWide ? parameter.value.transposed() : parameter.value
      let gradients = loss(x).backward()
      let left = 1 - Double(step) / Double(steps)
      try rule.step(gradients, rate: trial.rate * left * left)
      let distance = try #require(parameter.geometry.distance(of: parameter.value))
      farthest = max(farthest, distance)
    }
    let value = DoubleMatrix(parameter.value)
    let distance = try #require(parameter.geometry.distance(of: parameter.value))
    return (trial.isWide ? value.transposed : value, distance, farthest)
  }

  /// max tr(XᵀCX): the sum of the largest eigenvalues, X any basis of their vectors.
  @Test(arguments: trials)
  func principalComponents(_ trial: Trial) throws {
    var generator = RandomGenerator(seed: 21)
    let basis = DoubleMatrix(generator.orthonormal(n, n))
    let values: [Double] = [2, 1.8, 1.6] + (r..<n).map { 1 / Double($0 + 1) }
    let matrix = basis.scalingColumns(by: values).times(basis, transposingOther: true)
    let c = matrix.tensor
    let (x, distance, farthest) = try solve(trial) { x in (c.matmul(x) * x).sum().scaled(by: -0.5) }
    #expect(farthest <= trial.bound, "\(distance), at most \(farthest)")
    #expect(distance <= trial.endBound, "\(distance), at most \(farthest)")
    let reached = x.times(matrix * x, transposingSelf: true).trace
    let best = values.prefix(r).reduce(0, +)
    #expect(abs(reached - best) < 5e-3 * best, "\(reached) of \(best)")
  }

  /// max ⟨X, M⟩: the sum of M's singular values, X its polar factor.
  @Test(arguments: trials)
  func procrustes(_ trial: Trial) throws {
    var generator = RandomGenerator(seed: 22)
    let m = Tensor(generator.normal(n * r, deviation: 0.3), shape: [n, r])
    let (x, distance, farthest) = try solve(trial) { x in (x * m).sum().scaled(by: -1) }
    #expect(farthest <= trial.bound, "\(distance), at most \(farthest)")
    #expect(distance <= trial.endBound, "\(distance), at most \(farthest)")
    let error = (x - DoubleMatrix(m).polarFactor()).frobeniusNorm
    #expect(error < 2e-2, "\(error)")
  }

  /// The penalty alone does not hold the factor: it settles where the loss and the pull balance.
  @Test func softIsNotFeasible() throws {
    var generator = RandomGenerator(seed: 23)
    let m = Tensor(generator.normal(n * r, deviation: 0.3), shape: [n, r])
    let trial = Trial(
      geometry: SoftOrthogonal(lambda: 1), isSGD: true, isWide: false, bound: .infinity,
      endBound: .infinity)
    let (x, distance, _) = try solve(trial) { x in (x * m).sum().scaled(by: -1) }
    // X = U diag(s) Vᵀ with s (s² − 1) = σ of M = U diag(σ) Vᵀ.
    let svd = DoubleMatrix(m).singularValues()
    let s = x.singularValues().values
    for (s, sigma) in zip(s, svd.values) { #expect(abs(s * (s * s - 1) - sigma) < 1e-2) }
    #expect(distance > 0.5)
  }

  /// SPEL is made for a rule that keeps directions.
  ///
  /// AdamW scales coordinates, after which the normal part
  /// of a gradient is no longer normal: it ends on the manifold, away from the solution.
  @Test func spelWantsSGD() throws {
    var generator = RandomGenerator(seed: 22)
    let m = Tensor(generator.normal(n * r, deviation: 0.3), shape: [n, r])
    func error(isSGD: Bool) throws -> (Double, Float) {
      let trial = Trial(
        geometry: StiefelSPEL(), isSGD: isSGD, isWide: false, bound: 1e-5, endBound: 1e-5)
      let (x, _, farthest) = try solve(trial) { x in (x * m).sum().scaled(by: -1) }
      return ((x - DoubleMatrix(m).polarFactor()).frobeniusNorm, farthest)
    }
    let (sgd, adamW) = try (error(isSGD: true), error(isSGD: false))
    #expect(sgd.0 < 2e-2, "\(sgd) \(adamW)")
    #expect(adamW.0 > 0.5, "\(sgd) \(adamW)")
    #expect(sgd.1 < 1e-5)
    #expect(adamW.1 < 1e-5)
  }

  /// A shaped step is taken apart from the value; for an identity it is the ordinary step.
  @Test func shapingByTheIdentityChangesNothing() throws {
    struct Shaped: ParameterGeometry {
      let name = "shaped"
      var shapesStep: Bool { true }
    }
    var generator = RandomGenerator(seed: 24)
    let start = generator.normal(12)
    let slopes = (0..<5).map { _ in Tensor(generator.normal(12), shape: [3, 4]) }
    func trained(
      _ geometry: any ParameterGeometry,
      _ make: (TrainedParameters) throws -> any Optimizer
    ) throws -> [Float] {
      let parameter = Parameter("w", Tensor(start, shape: [3, 4]), geometry: geometry)
      let rule = try make(TrainedParameters([("w", parameter)]))
      for slope in slopes {
        try rule.step(parameter.value.backward(from: slope), rate: 0.01, scale: 0.5)
      }
      return parameter.value.values
    }
    let makers: [(TrainedParameters) throws -> any Optimizer] = [
      { AdamW(options: AdamWOptions { $0.weightDecay = 0 }, parameters: $0) },
      {
        try SGD(
          options: SGDOptions { ($0.weightDecay, $0.nesterov) = (0, true) }, parameters: $0)
      },
    ]
    for make in makers {
      let (plain, shaped) = try (trained(FreeGeometry(), make), trained(Shaped(), make))
      let error = zip(plain, shaped).map { abs($0 - $1) }.max() ?? 1
      #expect(error < 1e-6)
      #expect(plain != start)
    }
  }
}
