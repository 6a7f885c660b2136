import PETL

/// Gradient descent that looks before it leaps.
///
/// Of the step and its half it takes the one with the smaller loss, so that it asks for a gradient and
/// for losses in one step.
final class Careful: Optimizer {
  static let descriptor = PluginDescriptor(
    name: "careful", summary: "gradient descent with two steps to choose from", source: "our choice"
  )

  private let parameters: TrainedParameters
  private var halves = 0

  init(options: NoOptions, parameters: TrainedParameters, generator: RandomGenerator) {
    self.parameters = parameters
  }

  func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    descend(gradients, rate: rate)
    let whole = objective.loss()
    // Half of the way back.
    descend(gradients, rate: -rate / 2)
    if objective.loss() > whole { descend(gradients, rate: rate / 2) } else { halves += 1 }
  }

  private func descend(_ gradients: StepGradients, rate: Double) {
    for (_, parameter) in parameters.named {
      guard let gradient = gradients[parameter] else { continue }
      parameter.move(gradient, rate: rate) { value, slope, rate, _ in
        value - slope.scaled(by: Float(rate))
      }
    }
  }

  var state: OptimizerState {
    var state = OptimizerState()
    state.counts["careful.halves"] = halves
    return state
  }

  func restore(_ state: OptimizerState) throws { halves = try state.count("careful.halves") }
}
