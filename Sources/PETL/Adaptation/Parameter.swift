/// A tensor that is trained, with the set that it lives in.
///
/// Its value is the start of a graph. Optimizers change it in place, so that whoever holds
/// `value` sees the change.
public final class Parameter {
  /// The name within its adapter, such as `lora_A`.
  public let name: String
  /// The value; a leaf of the graph.
  public let value: Tensor
  /// What the value is kept on.
  public let geometry: any ParameterGeometry
  /// Whether weight decay applies.
  public let decays: Bool

  /// Makes a parameter.
  ///
  /// - Parameters:
  ///   - name: unique within its adapter.
  ///   - value: the initial value.
  ///   - geometry: what the value is kept on; free by default.
  ///   - decays: whether weight decay applies.
  public init(
    _ name: String, _ value: Tensor, geometry: any ParameterGeometry = FreeGeometry(),
    decays: Bool = true
  ) {
    self.name = name
    self.value = value.differentiable()
    self.geometry = geometry
    self.decays = decays
  }
}

/// The set that a parameter lives in, as an optimizer needs to know it.
///
/// Every optimizer asks for the direction before its step and lets the geometry settle the value after it, so that a constrained
/// parameter needs no trainer of its own.
public protocol ParameterGeometry: Sendable {
  /// The name in `petl describe`.
  var name: String { get }
  /// What the optimizer takes for the gradient: the Riemannian one, or a landing field.
  func direction(gradient: Tensor, at value: Tensor) -> Tensor
  /// Brings the value back, in place, after the optimizer's step.
  func settle(_ value: Tensor)
  /// How far the value is from the set; nil for a set that cannot be left. Logged.
  func distance(of value: Tensor) -> Float?
}

extension ParameterGeometry {
  /// The gradient as it is: right where the set has no constraint.
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor { gradient }
  /// Nothing: right where every value is in the set, or where the direction leads back to it.
  public func settle(_ value: Tensor) {}
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
