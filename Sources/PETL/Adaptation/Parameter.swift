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
