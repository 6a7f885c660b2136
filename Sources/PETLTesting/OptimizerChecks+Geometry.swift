import PETL

/// A geometry that lets nothing happen, at one of the places where it has its say.
private struct Halting: ParameterGeometry {
  let name = "halting"
  let shapesStep: Bool

  func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    shapesStep ? gradient : .zeros(value.shape)
  }

  func step(_ proposed: Tensor, at value: Tensor) -> Tensor { .zeros(value.shape) }
}

extension OptimizerChecks {
  /// The geometry gives the direction, shapes the step and settles the value.
  mutating func checkGeometry() throws {
    var stream = RandomGenerator(seed: seed).split("geometry")
    let start = stream.orthonormal(6, 3)
    let target = Tensor(stream.normal(18), shape: [6, 3])
    for (geometry, words) in [
      (StiefelPolar() as any ParameterGeometry, "settles"),
      (Halting(shapesStep: false), "direction"),
      (Halting(shapesStep: true), "shapes the step"),
    ] {
      let parameter = Parameter("x", start.copied(), geometry: geometry, decays: false)
      let problem = OptimizerProblem(seed: seed)
      let parameters = TrainedParameters(
        problem.trained.named + [("x", parameter)], factors: problem.trained.factors)
      let rule = try Plugin(
        options: options, parameters: parameters, generator: RandomGenerator(seed: seed))
      let objective = LossObjective {
        problem.loss() + (parameter.value - target).squared().sum()
      }
      try rule.prepare(objective)
      for _ in 0..<5 { try rule.step(objective, rate: rate) }
      if let distance = geometry.distance(of: parameter.value) {
        if !(distance < 1e-4) {
          note("geometry", "a parameter whose geometry settles it ends \(distance) off its set")
        }
        if parameter.value.bits == start.bits {
          note("geometry", "a parameter that is kept on a set does not move")
        }
      } else if parameter.value.bits != start.bits {
        note("geometry", "a parameter moves against a geometry that gives the \(words)")
      }
    }
  }
}
