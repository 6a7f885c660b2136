/// The set that a parameter lives in, as an optimizer needs to know it.
///
/// An optimizer's step has three places where a geometry takes part, in this order:
///
/// 1. `direction(gradient:at:)`: what the rule takes for the gradient;
/// 2. `step(_:at:)`: what becomes of the step that the rule proposes, where `shapesStep` says so;
/// 3. `settled(_:)`: the value on the set that the parameter gets after the step.
///
/// So every rule serves every geometry, and a constrained parameter needs no trainer of its own.
/// Each has a default that does nothing, and the free geometry costs nothing.
public protocol ParameterGeometry: Sendable {
  /// The name in a recipe and in `petl describe`, in lower case.
  var name: String { get }
  /// Whether `step(_:at:)` is to be asked: the rule then proposes its step apart from the value.
  var shapesStep: Bool { get }
  /// What the optimizer takes for the gradient: the Riemannian one, or a landing field.
  ///
  /// - Parameters:
  ///   - gradient: the loss's, of the value's shape.
  ///   - value: before the step.
  /// - Returns: of the same shape.
  func direction(gradient: Tensor, at value: Tensor) -> Tensor
  /// The step to take in place of the one that the rule proposes; asked only where `shapesStep` says so.
  ///
  /// - Parameters:
  ///   - proposed: the rule's step, of the value's shape and per unit of learning rate; to be added.
  ///   - value: before the step.
  /// - Returns: likewise to be multiplied by the learning rate and added.
  func step(_ proposed: Tensor, at value: Tensor) -> Tensor
  /// The value that a parameter gets for the one that the optimizer's step left it at.
  ///
  /// - Parameter value: after the step.
  /// - Returns: of the same shape, on the set.
  func settled(_ value: Tensor) -> Tensor
  /// How far the value is from the set, 0 on it; nil for a set that cannot be left. Logged every epoch.
  func distance(of value: Tensor) -> Float?
}

extension ParameterGeometry {
  /// false: right where the rule's step is taken as it is.
  public var shapesStep: Bool { false }
  /// The gradient as it is: right where the set has no constraint.
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor { gradient }
  /// The proposed step as it is.
  public func step(_ proposed: Tensor, at value: Tensor) -> Tensor { proposed }
  /// The value as it is: right where every value is in the set, or where the direction leads back to it.
  public func settled(_ value: Tensor) -> Tensor { value }
  /// nil: right where the set cannot be left.
  public func distance(of value: Tensor) -> Float? { nil }
}

/// All of space: no constraint.
public struct FreeGeometry: ParameterGeometry {
  /// `free`.
  public let name = "free"

  /// Makes the geometry.
  public init() {}
}
