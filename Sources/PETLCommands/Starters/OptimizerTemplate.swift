/// The file of an optimizer to start from.
enum OptimizerTemplate {
  /// The plugin.
  static func source(name: String, type: String) -> String {
    """
    import PETL

    /// Polyak's heavy ball: v ← (1 − friction) v + g, w ← w − rate · v.
    ///
    /// Replace it by a rule of your own. It moves each parameter once a step by `Parameter.move`, so that
    /// it serves parameters on manifolds as well, and remembers by name, so that a run that was cut off
    /// goes on from it.
    public final class \(type): Optimizer {
      /// The options of `\(type)`.
      public struct Options: PluginOptions {
        /// How much of the speed is lost in a step.
        public var friction = 0.1

        /// The defaults.
        public init() {}

        /// Declares the options.
        public mutating func visit(_ options: OptionReader) {
          options.number(
            "friction", &friction, in: 1e-6...1,
            help: "how much of the speed is lost in a step (our choice)")
        }
      }

      /// Its name, summary and source.
      public static let descriptor = PluginDescriptor(
        name: "\(name)", summary: "Gradient descent of a ball with friction", source: "Polyak 1964")

      private let options: Options
      private let parameters: TrainedParameters
      private var speeds: [String: Tensor] = [:]

      /// Makes the rule.
      public init(options: Options, parameters: TrainedParameters, generator: RandomGenerator) {
        (self.options, self.parameters) = (options, parameters)
        for (name, parameter) in parameters.named { speeds[name] = .zeros(parameter.value.shape) }
      }

      /// Takes a step.
      public func step(_ objective: any StepObjective, rate: Double) throws {
        let gradients = try objective.gradients()
        for (name, parameter) in parameters.named {
          guard let gradient = gradients[parameter], let speed = speeds[name] else { continue }
          parameter.move(gradient, rate: rate, decay: 0) { value, slope, rate, _ in
            let next = speed.scaled(by: Float(1 - options.friction)) + slope
            speeds[name] = next
            return value - next.scaled(by: Float(rate))
          }
        }
      }

      /// The speeds.
      public var state: OptimizerState {
        var state = OptimizerState()
        for (name, speed) in speeds { state.tensors["\(name).\\(name)"] = speed }
        return state
      }

      /// Takes the speeds up again.
      public func restore(_ state: OptimizerState) throws {
        for (name, speed) in speeds {
          speeds[name] = try state.tensor("\(name).\\(name)", shape: speed.shape)
        }
      }
    }

    """
  }

  /// Its test.
  static func test(type: String) -> String {
    """
    import PETLTesting
    import \(type)
    import Testing

    @Test(arguments: [0.1, 1]) func keepsTheLaws(friction: Double) {
      let findings = Conformance.check(
        optimizer: \(type).self, options: \(type).Options { $0.friction = friction })
      #expect(findings == [])
    }

    """
  }
}
