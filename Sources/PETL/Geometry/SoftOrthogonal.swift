/// Any matrix, drawn towards orthonormal columns by a penalty: G + λ X (XᵀX − I).
///
/// The "euclidean" mode of PoLAR's official code, its ablation of the landing field: the gradient of
/// the loss plus λ/4 ‖XᵀX − I‖². Its two terms pull against each other, so a stationary point is
/// not on the manifold.
public struct SoftOrthogonal: ParameterGeometry {
  /// `soft`.
  public let name = "soft"
  /// λ, the strength of the pull.
  public let lambda: Double

  /// Makes the geometry.
  public init(lambda: Double) { self.lambda = lambda }

  /// G + λ X (XᵀX − I).
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    let x = Frame(value)
    return gradient.detached() + x.times(x.value, x.deviation.scaled(by: Float(lambda)))
  }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}
