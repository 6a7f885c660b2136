import PETL

/// A rule by which parameters move, with its state.
public protocol Optimizer: AnyObject {
  /// Takes one step in place. Each parameter's geometry gives the direction and settles the value.
  ///
  /// - Parameters:
  ///   - gradients: of the loss; a parameter without one stays where it is.
  ///   - rate: the learning rate of this step.
  ///   - scale: a factor of all gradients, from clipping.
  func step(_ gradients: Gradients, rate: Double, scale: Double)

  /// All that the rule remembers between steps.
  var state: OptimizerState { get }

  /// Goes on from a stored state: the next steps are, bit for bit, those that would have been taken.
  ///
  /// - Parameter state: of the same rule for the same parameters.
  /// - Throws: `DiagnosticError` naming what is missing or has another shape.
  func restore(_ state: OptimizerState) throws

  /// Makes ready for the first step; called once.
  ///
  /// - Parameter gradients: of the first batch's loss, without dropout, with the parameters as they are
  ///   when it is called.
  func prepare(_ gradients: () -> Gradients)

  /// Follows a parameter [r, …] whose gradients are from now on those of before times a matrix from
  /// the left: another gauge of the same adapter.
  ///
  /// - Parameters:
  ///   - parameter: one that moves.
  ///   - matrix: [r, r].
  func transform(_ parameter: Parameter, by matrix: DoubleMatrix)
}

extension Optimizer {
  /// Nothing: right for a rule that starts anywhere.
  public func prepare(_ gradients: () -> Gradients) {}

  /// Nothing: right for a rule without state.
  public func transform(_ parameter: Parameter, by matrix: DoubleMatrix) {}
}
