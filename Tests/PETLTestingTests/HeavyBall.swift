import PETL

/// An optimizer as a plugin's author writes it: one file that imports PETL.
struct HeavyBallOptions: PluginOptions, Hashable {
  var friction = 0.1
  var weightDecay = 0.0

  init() {}

  mutating func visit(_ options: OptionReader) {
    options.number(
      "friction", &friction, in: 1e-6...1, help: "how much of the speed is lost in a step")
    options.number("weight_decay", &weightDecay, in: 0...1, help: "decoupled weight decay")
  }
}

/// Polyak's heavy ball: v ← (1 − friction) v + g, w ← w − rate · v.
final class HeavyBall: Optimizer {
  static let descriptor = PluginDescriptor(
    name: "heavy-ball", summary: "gradient descent of a ball with friction", source: "Polyak 1964")

  private let options: HeavyBallOptions
  private let parameters: TrainedParameters
  private var speeds: [String: Tensor] = [:]

  init(options: HeavyBallOptions, parameters: TrainedParameters, generator: RandomGenerator) {
    (self.options, self.parameters) = (options, parameters)
    for (name, parameter) in parameters.named { speeds[name] = .zeros(parameter.value.shape) }
  }

  func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    for (name, parameter) in parameters.named {
      guard let gradient = gradients[parameter], let speed = speeds[name] else { continue }
      parameter.move(gradient, rate: rate, decay: options.weightDecay) {
        value, slope, rate, decay in
        let next = speed.scaled(by: Float(1 - options.friction)) + slope
        speeds[name] = next
        return value.scaled(by: Float(1 - rate * decay)) - next.scaled(by: Float(rate))
      }
    }
  }

  var state: OptimizerState {
    var state = OptimizerState()
    for (name, speed) in speeds { state.tensors["heavy-ball.\(name)"] = speed }
    return state
  }

  func restore(_ state: OptimizerState) throws {
    for (name, speed) in speeds {
      speeds[name] = try state.tensor("heavy-ball.\(name)", shape: speed.shape)
    }
  }
}
