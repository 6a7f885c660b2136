/// The loss of one step as its rule asks for it, with the parameters as they are when it is asked.
///
/// Every question is answered on the same batch with the same dropout. What is logged of the step is
/// what the first gradients, or else the last loss, showed.
public protocol StepObjective {
  /// The gradient of the whole loss: a forward and a backward pass.
  ///
  /// - Returns: with the factor of clipping.
  /// - Throws: `DiagnosticError` when loss or gradient are not finite.
  func gradients() throws -> StepGradients

  /// The whole loss: a forward pass; not a number where it has none.
  func loss() -> Double
}

/// The gradient of a step's loss by parameter, with the factor of clipping.
public struct StepGradients {
  private let gradients: Gradients
  /// The factor of all gradients, from clipping; 1 for none.
  private let scale: Double

  /// Makes the gradient of a step.
  ///
  /// - Parameters:
  ///   - gradients: as a backward pass gave them.
  ///   - scale: the factor of all of them, from clipping.
  public init(_ gradients: Gradients, scale: Double = 1) {
    (self.gradients, self.scale) = (gradients, scale)
  }

  /// The gradient of a parameter, of its shape; nil where the loss does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? {
    guard let gradient = gradients[parameter.value] else { return nil }
    return scale == 1 ? gradient : gradient.scaled(by: Float(scale))
  }

  /// The gradient of a matrix in 64 bits; nil where the loss does not depend on it.
  public func matrix(of parameter: Parameter) -> DoubleMatrix? {
    gradients[parameter.value].map { scale * DoubleMatrix($0) }
  }
}

/// A loss and nothing else, for a rule that is used from code.
///
/// ```swift
/// try rule.step(LossObjective { model.loss(of: batch) }, rate: 1e-3)
/// ```
public struct LossObjective: StepObjective {
  private let value: () -> Tensor

  /// Makes an objective of a scalar.
  ///
  /// - Parameter loss: computed anew each time, with the parameters as they are then.
  public init(_ loss: @escaping () -> Tensor) { value = loss }

  /// The gradient of the loss, without clipping.
  public func gradients() -> StepGradients { StepGradients(value().backward()) }

  /// The loss, without recording gradients.
  public func loss() -> Double { noGradient { Double(value().item) } }
}
