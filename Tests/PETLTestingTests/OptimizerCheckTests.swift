import PETL
import PETLTesting
import Testing

/// Rules with one mistake each, which the kit has to find.
@Suite("The kit's checks of optimizers") struct OptimizerCheckTests {
  @Test func aRuleOfOneFileIsFine() {
    #expect(Conformance.check(optimizer: HeavyBall.self, options: HeavyBallOptions()) == [])
    let options = HeavyBallOptions { ($0.friction, $0.weightDecay) = (0.5, 0.1) }
    #expect(Conformance.check(optimizer: HeavyBall.self, options: options) == [])
  }

  private func checks<Plugin: Optimizer>(of type: Plugin.Type) -> Set<String>
  where Plugin.Options == NoOptions {
    Set(Conformance.check(optimizer: type, options: NoOptions()).map(\.check))
  }

  @Test func aForgottenStateIsFound() { #expect(checks(of: Forgetful.self) == ["state"]) }

  @Test func chanceIsFound() {
    let found = checks(of: Restless.self)
    #expect(found.contains("determinism"))
  }

  @Test func whatMovesIdleParametersIsFound() { #expect(checks(of: Shrinking.self) == ["idle"]) }

  @Test func whatAsksNoGeometryIsFound() { #expect(checks(of: Rude.self) == ["geometry"]) }

  @Test func whatClimbsIsFound() { #expect(checks(of: Climbing.self) == ["progress"]) }

  @Test func wrongTraitsAreFound() { #expect(checks(of: Modest.self) == ["traits"]) }
}

/// Gradient descent, for rules that do one thing otherwise.
private class Descent {
  let parameters: TrainedParameters

  init(options: NoOptions, parameters: TrainedParameters, generator: RandomGenerator) {
    self.parameters = parameters
  }

  func descend(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    for (_, parameter) in parameters.named {
      guard let gradient = gradients[parameter] else { continue }
      parameter.move(gradient, rate: rate) { value, slope, rate, _ in
        value - slope.scaled(by: Float(rate))
      }
    }
  }

  var state: OptimizerState { OptimizerState() }
  func restore(_ state: OptimizerState) throws {}
}

/// Its rate falls with a count that no state has.
private final class Forgetful: Descent, Optimizer {
  private var steps = 0.0

  func step(_ objective: any StepObjective, rate: Double) throws {
    steps += 1
    try descend(objective, rate: rate / steps)
  }
}

private final class Restless: Descent, Optimizer {
  func step(_ objective: any StepObjective, rate: Double) throws {
    try descend(objective, rate: rate * Double.random(in: 0.5...1))
  }
}

private final class Shrinking: Descent, Optimizer {
  func step(_ objective: any StepObjective, rate: Double) throws {
    try descend(objective, rate: rate)
    for (_, parameter) in parameters.named where parameter.geometry is FreeGeometry {
      parameter.move(.zeros(parameter.value.shape), rate: rate) { value, _, _, _ in
        value.scaled(by: 0.999)
      }
    }
  }
}

/// Moves a free parameter of the same value in the place of the one that it was given.
private final class Rude: Descent, Optimizer {
  func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    for (_, parameter) in parameters.named {
      guard let gradient = gradients[parameter] else { continue }
      parameter.update(to: parameter.value.detached() - gradient.scaled(by: Float(rate)))
    }
  }
}

private final class Climbing: Descent, Optimizer {
  func step(_ objective: any StepObjective, rate: Double) throws {
    try descend(objective, rate: -rate)
  }
}

/// Says that it takes losses only.
private final class Modest: Descent, Optimizer {
  static let traits: OptimizerTraits = .takesLossesOnly
  var estimatedNorm: Double? { 0 }

  func step(_ objective: any StepObjective, rate: Double) throws {
    try descend(objective, rate: rate)
  }
}
