/// The gradients of a step, as rules may read and change them.
public struct RuleGradients {
  /// All of them.
  package private(set) var gradients: Gradients

  /// Takes the gradients of a backward pass.
  public init(_ gradients: Gradients) { self.gradients = gradients }

  /// The gradient of a parameter, of its shape; nil where the loss does not depend on it.
  ///
  /// One that is set takes the place of what was there; nil leaves what was there. A gradient of
  /// another shape stops the program with both shapes.
  public subscript(parameter: Parameter) -> Tensor? {
    get { gradients[parameter.value] }
    set { if let newValue { gradients.replace(parameter.value, with: newValue) } }
  }

  /// Multiplies the gradient of a parameter, where there is one.
  public mutating func scale(_ parameter: Parameter, by factor: Double) {
    guard let gradient = self[parameter] else { return }
    self[parameter] = gradient.scaled(by: Float(factor))
  }

  /// Adds the gradients of another scalar, such as a term of the rule's own: `term.backward()`.
  public mutating func add(_ others: Gradients) { gradients.add(others) }
}
