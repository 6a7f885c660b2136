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
