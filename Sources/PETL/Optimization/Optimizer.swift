/// A rule by which parameters move, with its state.
///
/// Laws that the conformance kit (`PETLTesting`) checks:
/// - the same options, parameters, seed and losses make the same steps, bit for bit;
/// - a rule that goes on from a stored state takes the steps that would have been taken;
/// - a parameter that the loss does not depend on stays where it is, unless the rule takes losses only;
/// - each parameter's geometry gives the direction, may shape the step, and settles the value
///   (`Parameter.move`), unless the rule wants free parameters.
///
/// A minimal rule:
///
/// ```swift
/// import PETL
///
/// final class Descent: Optimizer {
///   private let parameters: TrainedParameters
///
///   init(options: NoOptions, parameters: TrainedParameters, generator: RandomGenerator) {
///     self.parameters = parameters
///   }
///
///   func step(_ objective: any StepObjective, rate: Double) throws {
///     let gradients = try objective.gradients()
///     for (_, parameter) in parameters.named {
///       guard let gradient = gradients[parameter] else { continue }
///       parameter.move(gradient, rate: rate) { value, slope, rate, _ in
///         value - slope.scaled(by: Float(rate))
///       }
///     }
///   }
///
///   var state: OptimizerState { OptimizerState() }
///   func restore(_ state: OptimizerState) {}
/// }
/// ```
public protocol Optimizer: AnyObject, SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the rule; it has taken no step.
  ///
  /// - Parameters:
  ///   - options: its own; learning rate and clipping are the recipe's.
  ///   - parameters: what moves.
  ///   - generator: of whatever the rule draws.
  /// - Throws: `DiagnosticError` when the options do not fit the parameters.
  init(options: Options, parameters: TrainedParameters, generator: RandomGenerator) throws

  /// Takes one step in place.
  ///
  /// - Parameters:
  ///   - objective: gives the gradient of this step's loss, or the loss alone, as often as the rule asks.
  ///   - rate: the learning rate of this step.
  /// - Throws: what the objective throws, where its loss has left the finite numbers.
  func step(_ objective: any StepObjective, rate: Double) throws

  /// Makes ready for the first step; called once, and not where a stored state is gone on from.
  ///
  /// - Parameter objective: the first batch's loss without dropout and regularizers, with the parameters
  ///   as they are when it is asked.
  /// - Throws: what the objective throws.
  func prepare(_ objective: any StepObjective) throws

  /// The norm of the gradient as the last step estimated it from losses, to be logged; nil where the
  /// objective gave it. One that is not finite ends the training.
  var estimatedNorm: Double? { get }

  /// All that the rule remembers between steps.
  var state: OptimizerState { get }

  /// Goes on from a stored state: the next steps are, bit for bit, those that would have been taken.
  ///
  /// - Parameter state: of the same rule for the same parameters.
  /// - Throws: `DiagnosticError` naming what is missing or has another shape.
  func restore(_ state: OptimizerState) throws

  /// Follows a parameter [r, …] whose gradients are from now on those of before times a matrix from
  /// the left: another gauge of the same adapter.
  ///
  /// - Parameters:
  ///   - parameter: one that moves.
  ///   - matrix: [r, r].
  func transform(_ parameter: Parameter, by matrix: DoubleMatrix)

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// What it needs, and does without.
  static var traits: OptimizerTraits { get }
}

extension Optimizer {
  /// Nothing: right for a rule that starts anywhere.
  public func prepare(_ objective: any StepObjective) throws {}

  /// nil: right for a rule that takes gradients.
  public var estimatedNorm: Double? { nil }

  /// Nothing: right for a rule without state.
  public func transform(_ parameter: Parameter, by matrix: DoubleMatrix) {}

  /// The type's name in lower case and nothing else: enough for a rule used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// None: right for a rule that moves any parameter by its gradient.
  public static var traits: OptimizerTraits { [] }
}
