/// The function between the two maps of a bottleneck, by its name in a recipe.
public enum Activation: String, CaseIterable, Sendable {
  /// The identity: the adapter is then linear.
  case none
  /// max(x, 0).
  case relu
  /// x Φ(x), the exact form.
  case gelu
  /// x σ(1.702 x).
  case quickGELU = "quick-gelu"
  /// The approximation of x Φ(x) by the hyperbolic tangent.
  case geluTanh = "gelu-tanh"
  /// x σ(x), also known as swish.
  case silu

  /// The function of every element; of the same shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .none: x
    case .relu: x.relu()
    case .gelu: x.gelu()
    case .quickGELU: x.quickGELU()
    case .geluTanh: x.geluTanh()
    case .silu: x * x.sigmoid()
    }
  }
}
