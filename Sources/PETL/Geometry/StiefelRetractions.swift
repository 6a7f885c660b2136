/// Orthonormal columns, by the Riemannian gradient and a polar retraction after each step.
///
/// The direction is the gradient in the embedded metric, G − X sym(XᵀG); after the step the value
/// becomes its polar factor X (XᵀX)^(−1/2), the nearest feasible matrix. This is the Riemannian
/// gradient descent that PoLAR analyses (arXiv 2506.03133, §4) when the rule is SGD without momentum.
/// A rule with moments keeps them in the surrounding space, without transport (our choice).
public struct StiefelPolar: ParameterGeometry {
  /// `polar`.
  public let name = "polar"

  /// Makes the geometry.
  public init() {}

  /// G − X sym(XᵀG).
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    Frame(value).projected(gradient)
  }

  /// The polar factor.
  public func settled(_ value: Tensor) -> Tensor { Frame(value).polarFactor }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}

/// Orthonormal columns, by the Riemannian gradient and a QR retraction after each step.
///
/// As `StiefelPolar`, but the value becomes the Q of its QR decomposition with R's diagonal positive
/// (Absil, Mahony and Sepulchre, 2008, example 4.1.3).
public struct StiefelQR: ParameterGeometry {
  /// `qr`.
  public let name = "qr"

  /// Makes the geometry.
  public init() {}

  /// G − X sym(XᵀG).
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    Frame(value).projected(gradient)
  }

  /// Q of the QR decomposition.
  public func settled(_ value: Tensor) -> Tensor {
    let x = Frame(value)
    return x.stored(x.tall.qr().q)
  }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}
