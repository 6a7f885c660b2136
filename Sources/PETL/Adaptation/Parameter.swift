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
  /// Whether it is trained; a constant is only stored with the others.
  public let isTrained: Bool
  /// Whether adapters of several sites hold this very object.
  public let isShared: Bool

  /// Makes a parameter.
  ///
  /// - Parameters:
  ///   - name: unique within its adapter, and a shared one's within the network.
  ///   - value: the initial value.
  ///   - geometry: what the value is kept on; free by default.
  ///   - decays: whether weight decay applies.
  ///   - isTrained: false for a constant, which gets no gradient.
  ///   - isShared: whether adapters of several sites hold this very object.
  public init(
    _ name: String, _ value: Tensor, geometry: any ParameterGeometry = FreeGeometry(),
    decays: Bool = true, isTrained: Bool = true, isShared: Bool = false
  ) {
    self.name = name
    self.value = isTrained ? value.differentiable() : value.detached()
    self.geometry = geometry
    self.decays = decays
    self.isTrained = isTrained
    self.isShared = isShared
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
